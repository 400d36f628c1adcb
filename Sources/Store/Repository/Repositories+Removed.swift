import Environments
import Foundation
import Glibc

/// A repository that its owner, or somebody whom they let, has removed.
struct RemovedRepository: Sendable, Equatable {
    let name: EnvironmentName
    /// When it was removed, in seconds since 1970; of one name there is no other of that second.
    let time: Int

    init(_ name: EnvironmentName, at time: Int) {
        self.name = name
        self.time = time
    }

    /// Nil where `id` is none.
    init?(id: String) {
        let parts = id.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 2, let name = EnvironmentName(String(parts[0])), let time = Int(parts[1]), "\(time)" == parts[1] else {
            return nil
        }
        self.init(name, at: time)
    }

    /// What it is called among the removed ones; no environment has a “~” in its name.
    var id: String { "\(name)~\(time)" }
}

/// What is removed lies beside what is there for a while, history and all.
extension Repositories {
    /// Moves the repository to its owner's removed ones.
    func remove(_ name: EnvironmentName, for uid: UInt32) throws(StoreError) -> RemovedRepository {
        _ = try repository(name, for: uid)
        let path = layout.repository(name, of: uid)
        return try attempt("remove “\(name)”") {
            try makePassage(layout.removed(of: uid))
            var removed = RemovedRepository(name, at: Int(Date().timeIntervalSince1970))
            while rename(path, layout.removed(removed, of: uid)) != 0 {
                guard errno == ENOTEMPTY || errno == EEXIST else { throw FileError("move", path) }
                removed = RemovedRepository(name, at: removed.time + 1)
            }
            return removed
        }
    }

    /// What an account has removed, the last one first.
    func removed(for uid: UInt32) -> [RemovedRepository] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: layout.removed(of: uid))) ?? []
        return entries.compactMap(RemovedRepository.init).sorted { ($1.time, $0.name.text) < ($0.time, $1.name.text) }
    }

    /// The builds of its versions.
    func builds(of removed: RemovedRepository, for uid: UInt32) throws(StoreError) -> [BuildID] {
        try attempt("read the history of “\(removed.name)”, which was removed") {
            try commits(in: git(at: layout.removed(removed, of: uid))).compactMap(\.build)
        }
    }

    /// Makes what was removed an environment again. Nothing else may have the name.
    func bringBack(_ removed: RemovedRepository, as name: EnvironmentName, for uid: UInt32) throws(StoreError) {
        try attempt("bring “\(name)” back") {
            let path = layout.removed(removed, of: uid)
            guard rename(path, layout.repository(name, of: uid)) == 0 else { throw FileError("move", path) }
        }
    }

    /// Takes it back among the removed ones, as if it had never been away.
    func removeAgain(_ name: EnvironmentName, as removed: RemovedRepository, for uid: UInt32) throws(StoreError) {
        try attempt("remove “\(name)”") {
            let path = layout.repository(name, of: uid)
            guard rename(path, layout.removed(removed, of: uid)) == 0 else { throw FileError("move", path) }
        }
    }
}

extension StoreLayout {
    /// The repositories that an account has removed.
    func removed(of uid: UInt32) -> String { repositories + "/\(uid)/.removed" }
    func removed(_ removed: RemovedRepository, of uid: UInt32) -> String { self.removed(of: uid) + "/" + removed.id }
}
