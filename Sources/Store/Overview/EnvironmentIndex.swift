import Environments
import Foundation
import Synchronization

/// What there is to know of environments without their contents. A history is read again only where
/// it has changed: of hundreds of environments a page needs a few. Blocks; call it off the concurrency pool.
final class EnvironmentIndex: Sendable {
    private let layout: StoreLayout
    private let repositories: Repositories
    private let known = Mutex<[String: (head: String, entry: Entry)]>([:])

    /// One environment.
    struct Entry: Sendable {
        /// All versions, the newest first.
        let history: [Commit]

        var versions: Int { history.count }
        var changed: Double { history.first?.time ?? 0 }
        var builds: [BuildID] { history.compactMap(\.build) }
    }

    init(layout: StoreLayout, repositories: Repositories) {
        self.layout = layout
        self.repositories = repositories
    }

    func entry(_ name: EnvironmentName, of uid: UInt32) throws(StoreError) -> Entry {
        let path = layout.repository(name, of: uid)
        let head = head(path)
        if let head, let entry = known.withLock({ $0[path] }), entry.head == head { return entry.entry }
        let entry = Entry(history: try repositories.history(of: name, for: uid))
        if let head { known.withLock { $0[path] = (head, entry) } }
        return entry
    }

    /// What changes with the branch `main`: git-pack-refs(1) may have moved it.
    private func head(_ repository: String) -> String? {
        (try? String(contentsOfFile: repository + "/refs/heads/main", encoding: .utf8))
            ?? (try? String(contentsOfFile: repository + "/packed-refs", encoding: .utf8))
    }
}
