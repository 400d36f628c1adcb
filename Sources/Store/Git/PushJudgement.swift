import LauncherProtocol

/// Which references a push may change: `main` forwards, and new names of releases.
struct PushJudgement {
    static let main = "refs/heads/main"
    static let nothing = String(repeating: "0", count: 40)

    /// The change of `main`; nil where the push has none.
    let main: ReferenceUpdate?
    let releases: [(tag: ReleaseName, target: String)]

    private enum Bound {
        static let updates = 32
    }

    init(_ updates: [ReferenceUpdate]) throws(StoreError) {
        guard updates.count <= Bound.updates else {
            throw StoreError(.invalid, "One push changes at most \(Bound.updates) branches and tags; this one changes \(updates.count).")
        }
        var main: ReferenceUpdate?
        var releases: [(ReleaseName, String)] = []
        for update in updates {
            guard [update.old, update.new].allSatisfy({ $0.wholeMatch(of: /[0-9a-f]{40}/) != nil }) else {
                throw StoreError(.invalid, "Git's names of objects have 40 digits here.")
            }
            if update.reference == Self.main {
                guard update.new != Self.nothing else { throw StoreError(.invalid, "“main” is the environment itself and stays.") }
                main = update
            } else {
                releases.append(try Self.release(update))
            }
        }
        (self.main, self.releases) = (main, releases)
    }

    private static func release(_ update: ReferenceUpdate) throws(StoreError) -> (ReleaseName, String) {
        let shown = update.reference.prefix(120)
        guard update.reference.hasPrefix("refs/tags/") else {
            throw StoreError(.invalid, "“\(shown)” can't be pushed: an environment has the branch “main”, and tags for its releases.")
        }
        guard let tag = ReleaseName(String(update.reference.dropFirst("refs/tags/".count))) else {
            throw StoreError(.invalid, "“\(shown)” can't be the name of a release. \(ReleaseName.rule)")
        }
        if let confusion = tag.confusion { throw StoreError(.invalid, "“\(shown)” can't be the name of a release. \(confusion)") }
        guard update.old == nothing, update.new != nothing else {
            throw StoreError(
                .conflict,
                "The release “\(tag)” stays what it is; choose another name. “berth env tag NAME \(tag) --remove” takes a name away.")
        }
        return (tag, update.new)
    }
}
