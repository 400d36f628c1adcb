import LauncherProtocol
import Store

extension LauncherHandlers {
    /// Answers the calls about environments made by hand: everybody's own home alone.
    mutating func answerHomes(with access: EnvironmentAccess, _ elsewhere: Elsewhere) {
        let store = access.store
        on(FindHomeEnvironments.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in try await store.homeEnvironments(of: actor) }
        }
        on(ReadHomeEnvironment.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in try await store.homeEnvironment(at: call.path, of: actor) }
        }
        on(AdoptEnvironment.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await elsewhere.carryOut(context, for: actor.name, call.environment ?? "") { report throws(LauncherError) in
                try await inStore { () async throws(StoreError) in
                    try await store.adopt(call.path, as: call.form, name: call.environment, for: actor, progress: report)
                }
            }
        }
    }
}
