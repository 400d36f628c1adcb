import Phrases

/// The versions that somebody may have meant who named one that isn't there.
enum NearVersions {
    /// In a sentence: those whose digits or whose release begin the same, else the newest. Empty where there are none.
    ///
    /// - Parameters:
    ///   - all: Newest first.
    ///   - tags: What each name of a release points at.
    static func sentence(for text: String, among all: [Commit], tags: [String: String]) -> Phrase {
        let wanted = text.lowercased()
        let versions = all.map { commit in
            let releases = tags.filter { commit.isMeant(by: $0.value) }.keys.sorted()
            let likeness = (releases + [commit.id]).map { zip($0.lowercased(), wanted).prefix { $0 == $1 }.count }.max() ?? 0
            return (words: ([String(commit.id.prefix(12))] + releases.map { "“\($0)”" }).joined(separator: " "), likeness: likeness)
        }
        // One letter in common is chance.
        let most = versions.map(\.likeness).max() ?? 0
        let near = most > 1 ? versions.filter { $0.likeness == most } : versions
        guard !near.isEmpty else { return "" }
        let words = near.prefix(3).map(\.words).joined(separator: ", ")
        return most > 1 ? "The nearest: \(words)." : "The newest: \(words)."
    }
}
