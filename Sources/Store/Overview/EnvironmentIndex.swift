import Environments
import Foundation
import Glibc
import Synchronization
import UntrustedFiles

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
        let head: [UInt8]
        /// The tags by name, and when each of their places was changed; a tag is never written in place.
        let tags: [String]
        let changed: [Int]

        /// Bytes of a list of references.
        private static let mostBytes = 16 << 20

        /// Nil where there is no branch. Git writes there what people push, so no link is followed.
        init?(of repository: String) {
            guard let top = UntrustedDirectory.open(repository, in: AT_FDCWD) else { return nil }
            defer { close(top) }
            func content(_ name: String, in folder: CInt) -> [UInt8]? {
                try? UntrustedDirectory.content(of: name, in: folder, atMost: Self.mostBytes)
            }
            func looking<Value>(into path: String, _ look: (CInt) -> Value?) -> Value? {
                guard let folder = UntrustedDirectory.open(path, below: top, O_RDONLY | O_DIRECTORY) else { return nil }
                defer { close(folder) }
                return look(folder)
            }
            guard let head = looking(into: "refs/heads", { content("main", in: $0) }) ?? content("packed-refs", in: top) else { return nil }
            self.head = head
            tags = (looking(into: "refs/tags") { try? UntrustedDirectory.names(in: $0) } ?? []).sorted()
            let places = [
                looking(into: "refs") { UntrustedDirectory.status(of: "tags", in: $0) },
                UntrustedDirectory.status(of: "packed-refs", in: top),
            ]
            changed = places.flatMap { $0.map { [$0.st_mtim.tv_sec, $0.st_mtim.tv_nsec] } ?? [0, 0] }
        }
    }
}
