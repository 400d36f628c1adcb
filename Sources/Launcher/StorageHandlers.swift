import LauncherProtocol
import NSS
import Store

extension LauncherHandlers {
    /// Answers the calls about everybody's environments.
    mutating func answerStorage(with access: EnvironmentAccess) {
        let store = access.store
        on(ReadOwnStorage.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in try await store.ownStorage(of: actor.uid) }
        }
        on(ListAllEnvironments.self) { call, _ throws(LauncherError) in
            let names = try await ownerNames(in: store)
            return try await inStore { () async throws(StoreError) in
                try await store.overview(names: names, matching: call.text, offset: call.offset, limit: call.limit)
            }
        }
        on(ReadStorage.self) { call, _ throws(LauncherError) in
            let names = try await ownerNames(in: store)
            return try await inStore { () async throws(StoreError) in
                try await store.storage(names: names, matching: call.text, offset: call.offset, limit: call.limit)
            }
        }
    }
}

/// The accounts that have environments; one that the host does not have any more goes by its UID.
func ownerNames(in store: Store) async throws(LauncherError) -> [UInt32: String] {
    var names: [UInt32: String] = [:]
    for uid in try await inStore({ () async throws(StoreError) in try await store.owners() }) {
        names[uid] = (try? await AccountDirectory().lookUp(uid: uid))?.name ?? "\(uid)"
    }
    return names
}
