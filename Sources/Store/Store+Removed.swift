import Environments
import Foundation
import LauncherProtocol

/// Environments that were removed, and come back for as long as versions keep their builds (`environments.keep_age`).
extension Store {
    /// What an account has removed and can bring back, the last one first.
    public func removed(for uid: UInt32) async throws(StoreError) -> [RemovedEnvironment] {
        try await offPool { [self] () throws(StoreError) in
            let names = try repositories.names(for: uid)
            return repositories.removed(for: uid).filter(isKept).map { removed($0, isNameTaken: names.contains($0.name)) }
        }
    }

    /// Makes a removed environment one of its owner's again: its history, recipes, locks and releases, and nobody else's
    /// rights on it. A build that is gone is made again when it is asked for.
    ///
    /// - Parameters:
    ///   - text: Its name, which means the one removed last, or its identity among the removed ones.
    ///   - newName: nil for the name that it had.
    public func bringBack(_ text: String, as newName: String?, for uid: UInt32) async throws(StoreError) -> EnvironmentSummary {
        let found = try await offPool { [self] () throws(StoreError) in
            repositories.removed(for: uid).filter(isKept).first { $0.id == text || $0.name.text == text }
        }
        guard let found else {
            throw StoreError(
                .notFound,
                "There is no removed environment “\(text.prefix(80))” that could be brought back. “berth env list --removed” names those that there are."
            )
        }
        let name = try newName.map(checked) ?? found.name
        return try await turns.take("\(uid)/\(name)") { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                guard try !repositories.names(for: uid).contains(name) else {
                    throw StoreError(.conflict, "You have an environment “\(name)” already. Choose another name.")
                }
                try repositories.bringBack(found, as: name, for: uid)
            }
            try await judgeReturn(of: found, as: name, for: uid)
            if name != found.name {
                try await offPool { [self] () throws(StoreError) in try moveLayers(over: found.name, of: uid, to: name) }
            }
            return try await summary(of: name.text, for: uid)
        }
    }

    /// Removes again what is too much for its owner.
    private func judgeReturn(of found: RemovedRepository, as name: EnvironmentName, for uid: UInt32) async throws(StoreError) {
        let own = try await ownStorage(of: uid)
        let total = own.builds + own.layers
        guard let quota = own.quota, total > quota else { return }
        try await offPool { [self] () throws(StoreError) in try repositories.removeAgain(name, as: found, for: uid) }
        throw StoreError(
            .failed,
            "With “\(name)” the environments would take \(Self.size(total)), and their quota is \(Self.size(quota)). It stays among the removed ones. Remove what is no longer needed, and bring it back again; an administrator can raise the quota."
        )
    }

    func removed(_ repository: RemovedRepository, isNameTaken: Bool) -> RemovedEnvironment {
        RemovedEnvironment(
            id: repository.id, name: repository.name.text, removed: Double(repository.time),
            until: Double(repository.time) + settings.keepAge, isNameTaken: isNameTaken)
    }

    /// Everybody's repositories that can't be brought back any more.
    func expired() throws(StoreError) -> [(uid: UInt32, repository: RemovedRepository)] {
        try repositories.owners().flatMap { uid in
            repositories.removed(for: uid).filter { !isKept($0) }.map { (uid, $0) }
        }
    }

    func isKept(_ repository: RemovedRepository) -> Bool {
        Double(repository.time) + settings.keepAge > Date().timeIntervalSince1970
    }
}
