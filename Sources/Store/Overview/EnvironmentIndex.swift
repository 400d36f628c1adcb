import Environments
import Foundation
import Synchronization

/// What there is to know of environments without their contents. A history is read again only where
/// it or its releases have changed: of hundreds of environments a page needs a few. Blocks; call it off the concurrency pool.
final class EnvironmentIndex: Sendable {
    private let layout: StoreLayout
    private let repositories: Repositories
    private let known = Mutex<[String: (state: State, entry: Entry)]>([:])
    private let read = Mutex(0)

    /// How many histories were read since this process began.
    var readings: Int { read.withLock { $0 } }

    /// One environment.
    struct Entry: Sendable {
        /// All versions, the newest first.
        let history: [Commit]
        /// What its releases point at.
        let releases: [String]

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
        let state = State(of: path)
        if let state, let entry = known.withLock({ $0[path] }), entry.state == state { return entry.entry }
        read.withLock { $0 += 1 }
        let entry = Entry(
            history: try repositories.history(of: name, for: uid), releases: Array(try repositories.tags(of: name, for: uid).values))
        if let state { known.withLock { $0[path] = (state, entry) } }
        return entry
    }

    /// What changes with the branch `main` and with the tags, wherever git-pack-refs(1) has put them.
    private struct State: Equatable {
        let head: String
        /// The tags by name, and when each of their places was changed; a tag is never written in place.
        let tags: [String]
        let changed: [Int]

        /// Nil where there is no branch.
        init?(of repository: String) {
            let packed = repository + "/packed-refs"
            guard
                let head = (try? String(contentsOfFile: repository + "/refs/heads/main", encoding: .utf8))
                    ?? (try? String(contentsOfFile: packed, encoding: .utf8))
            else { return nil }
            self.head = head
            let folder = repository + "/refs/tags"
            tags = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            changed = [folder, packed].flatMap { path in
                (try? status(of: path)).map { [$0.st_mtim.tv_sec, $0.st_mtim.tv_nsec] } ?? [0, 0]
            }
        }
    }
}
