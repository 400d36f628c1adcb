import LauncherProtocol
import Logins
import Store

extension LauncherHandlers {
    /// Answers the environment calls. A member gets no further than their own.
    ///
    /// - Parameter inUse: The identities of the builds that servers have mounted.
    mutating func answerEnvironments(
        with store: Store, accounts: Logins, inUse: @escaping @Sendable () async throws(LauncherError) -> Set<String>
    ) {
        answerHistory(with: store, accounts: accounts)
        answerLayers(with: store, accounts: accounts, inUse: inUse)
        on(CollectGarbage.self) { call, _ throws(LauncherError) in
            let builds = try await inUse()
            return try await inStore { () async throws(StoreError) in
                try await store.collectGarbage(inUse: builds, dryRun: call.dryRun)
            }
        }
        on(CreateEnvironment.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.create(
                    for: owner, environment: call.environment, recipe: call.recipe, progress: context.report)
            }
        }
        on(ListEnvironments.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in try await store.list(for: owner.uid) }
        }
        on(InspectEnvironment.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.inspect(call.environment, version: call.version, for: owner.uid)
            }
        }
        on(RemoveEnvironment.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            try await inStore { () async throws(StoreError) in try await store.remove(call.environment, for: owner.uid) }
            return Done()
        }
    }

    private mutating func answerHistory(with store: Store, accounts: Logins) {
        on(ListEnvironmentVersions.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.history(of: call.environment, for: owner.uid)
            }
        }
        on(RollBackEnvironment.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.rollBack(call.environment, to: call.version, for: owner, progress: context.report)
            }
        }
        on(VerifyEnvironment.self) { call, context throws(LauncherError) in
            let owner = try await accounts.owner(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.verify(call.environment, for: owner.uid)
            }
        }
    }
}

extension Logins {
    /// The account that a call is about: one that may use Berth and, where a member calls, the member's own.
    func owner(named name: String, for caller: Caller) async throws(LauncherError) -> Store.Owner {
        let account = try await policyAccount(named: name)
        guard caller.role != .member || account.uid == caller.uid else {
            throw LauncherError(.refused, "The environments of “\(name)” are not yours. Leave out --user, or ask an administrator.")
        }
        return Store.Owner(name: account.name, uid: account.uid)
    }
}

/// Does `work` in the store; what goes wrong there becomes the call's error.
func inStore<Result>(_ work: () async throws(StoreError) -> Result) async throws(LauncherError) -> Result {
    do throws(StoreError) {
        return try await work()
    } catch {
        throw LauncherError(error)
    }
}

extension LauncherError {
    init(_ error: StoreError) {
        let kind: Kind =
            switch error.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .failed: .failed
            case .unavailable: .unavailable
            }
        self.init(kind, error.message, log: error.log)
    }
}
