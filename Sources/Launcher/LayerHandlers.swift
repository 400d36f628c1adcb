import LauncherProtocol
import Logins
import Store

extension LauncherHandlers {
    /// Answers the calls about personal layers. A member gets no further than their own.
    ///
    /// - Parameter inUse: The identities of the builds that servers have mounted.
    mutating func answerLayers(
        with store: Store, accounts: Logins, inUse: @escaping @Sendable () async throws(LauncherError) -> Set<String>
    ) {
        on(InspectLayer.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.inspectLayer(of: call.environment, for: owner.uid)
            }
        }
        on(SaveLayer.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.saveLayer(of: call.environment, for: owner, progress: context.report)
            }
        }
        on(DiscardLayer.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            let builds = try await inUse()
            try await inStore { () async throws(StoreError) in
                try await store.discardLayer(of: call.environment, for: owner.uid, inUse: builds)
            }
            return Done()
        }
    }
}
