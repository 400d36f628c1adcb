import Environments
import Foundation

/// Edits that say which version they began from.
extension Store {
    /// Refuses what was written on top of another version than the current one. Call it in the environment's turn.
    ///
    /// - Parameter base: The version's identity, or its beginning; nil for whatever is current.
    func requireCurrent(_ base: String?, of name: EnvironmentName, for uid: UInt32) async throws(StoreError) {
        guard let base = base?.lowercased() else { return }
        guard (4...40).contains(base.utf8.count), base.allSatisfy(\.isHexDigit) else {
            throw StoreError(
                .invalid, "“\(base.prefix(40))” is no version to begin from: give its identity, or at least the first four digits.")
        }
        try await offPool { [self] () throws(StoreError) in
            guard try repositories.names(for: uid).contains(name) else {
                throw StoreError(
                    .conflict, "“\(name)” is not there any more. What you wrote is not lost: save it without a version to begin from.")
            }
            let (current, commit) = try repositories.current(name, for: uid)
            guard !commit.id.hasPrefix(base) else { return }
            let before = (try? repositories.version(base, of: name, for: uid))?.0.recipe
            let what = before.map { LineDiff(from: $0, to: current.recipe).excerpt() } ?? []
            throw StoreError(
                .conflict,
                "“\(name)” was saved meanwhile: \(commit.author) made the version \(commit.id.prefix(12)), “\(commit.message)”. What you wrote is not lost, and nothing was built: look at what is different, then save on top of that version.",
                log: what.map { $0?.description ?? "…" }, obstacle: .newerVersion(commit.id))
        }
    }
}
