import LauncherProtocol
import Logins
import Store

extension LauncherHandlers {
    /// Answers the environment calls. A member gets no further than their own and what is shared with them.
    ///
    /// - Parameter inUse: The identities of the builds that servers of an account have mounted; nil for everybody's.
    mutating func answerEnvironments(
        with access: EnvironmentAccess, _ elsewhere: Elsewhere, _ garbage: GarbageCollection,
        inUse: @escaping @Sendable (_ uid: UInt32?) async throws(LauncherError) -> Set<String>
    ) {
        let store = access.store
        answerHistory(with: access, elsewhere, inUse: inUse)
        answerLayers(with: access, elsewhere, inUse: inUse)
        answerSharing(with: access)
        answerStorage(with: access)
        on(CollectGarbage.self) { call, context throws(LauncherError) in
            try await access.requireAdministrator(call.account, for: context.caller)
            let outcome = try await garbage.collect(dryRun: call.dryRun)
            if !call.dryRun { elsewhere.decided(.collect(outcome), for: nil, by: context.caller) }
            return outcome
        }
        on(CreateEnvironment.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            var subject: EnvironmentAccess.Subject?
            if let reference = call.environment { subject = try await access.subject(reference, actor: actor, needs: .edit) }
            let owner = subject?.owner ?? Store.Owner(name: actor.name, uid: actor.uid), name = subject?.name, found = subject
            return try await elsewhere.carryOut(context, for: actor.name, call.environment ?? "") { report throws(LauncherError) in
                let made = try await inStore { () async throws(StoreError) in
                    try await store.create(
                        for: owner, environment: name, recipe: call.recipe, target: call.target, nearest: call.nearest, base: call.base,
                        progress: report)
                }
                if let found { return await access.told(made, to: found) }
                return await access.told(made, to: try await access.subject(made.name, actor: actor, needs: .edit))
            }
        }
        on(SolveRecipe.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            var environment: (name: String, uid: UInt32)?
            if let reference = call.environment {
                let subject = try await access.subject(reference, actor: actor, needs: .use)
                environment = (subject.name, subject.owner.uid)
            }
            let next = environment
            return try await inStore { () async throws(StoreError) in
                try await store.solve(
                    call.recipe, as: next, for: call.target, condaAlone: call.condaAlone, by: actor.uid, progress: context.report)
            }
        }
        on(FetchRecipe.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.fetchRecipe(url: call.url, reference: call.reference, path: call.path, for: actor.uid)
            }
        }
        on(CopyEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.source, of: call.account, for: context.caller, needs: .use)
            let target = Store.Owner(name: subject.actor.name, uid: subject.actor.uid)
            return try await elsewhere.carryOut(context, for: target.name, call.environment ?? subject.name) {
                report throws(LauncherError) in
                try await inStore { () async throws(StoreError) in
                    try await store.copy(
                        subject.name, version: call.version, from: subject.owner.uid, reference: subject.reference, to: call.environment,
                        nearest: call.nearest, for: target, progress: report)
                }
            }
        }
        on(TryRecipe.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.tryOut(call.recipe, for: call.target, imports: call.imports, by: actor.uid, progress: context.report)
            }
        }
        on(ListEnvironments.self) { call, context throws(LauncherError) in
            try await access.list(for: try await access.actor(named: call.account, for: context.caller))
        }
        on(FindEnvironments.self) { call, context throws(LauncherError) in
            try await access.find(call, for: try await access.actor(named: call.account, for: context.caller))
        }
        on(InspectEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            return try await inStore { () async throws(StoreError) in
                try await store.inspect(subject.name, version: call.version, for: subject.owner.uid)
            }.named(subject.reference, right: subject.right, layers: await access.ownLayers(of: subject))
        }
        answerRemovals(with: access)
    }

    private mutating func answerRemovals(with access: EnvironmentAccess) {
        let store = access.store
        on(RemoveEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .admin)
            return try await inStore { () async throws(StoreError) in
                try await store.remove(subject.name, for: subject.owner.uid, ownerName: subject.ownerName)
            }
        }
        on(ListRemovedEnvironments.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in try await store.removed(for: actor.uid) }
        }
        on(BringBackEnvironment.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in
                try await store.bringBack(call.removed, as: call.newName, for: actor.uid)
            }
        }
    }

    private mutating func answerHistory(
        with access: EnvironmentAccess, _ elsewhere: Elsewhere,
        inUse: @escaping @Sendable (_ uid: UInt32?) async throws(LauncherError) -> Set<String>
    ) {
        let store = access.store
        on(ListEnvironmentVersions.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            return try await inStore { () async throws(StoreError) in
                try await store.history(of: subject.name, for: subject.owner.uid)
            }
        }
        on(RollBackEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .edit)
            return try await elsewhere.carryOut(context, for: subject.actor.name, subject.reference) { report throws(LauncherError) in
                let summary = try await inStore { () async throws(StoreError) in
                    try await store.rollBack(
                        subject.name, to: call.version, nearest: call.nearest, for: subject.owner, progress: report)
                }
                return await access.told(summary, to: subject)
            }
        }
        on(RepairEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .admin)
            return try await elsewhere.carryOut(context, for: subject.actor.name, subject.reference) { report throws(LauncherError) in
                let summary = try await inStore { () async throws(StoreError) in
                    try await store.repair(
                        subject.name, version: call.version, for: subject.owner, inUse: try await inUse(nil), progress: report)
                }
                return await access.told(summary, to: subject)
            }
        }
        on(VerifyEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            return try await inStore { () async throws(StoreError) in
                try await store.verify(subject.name, version: call.version, for: subject.owner.uid, progress: context.report)
            }
        }
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
        self.init(kind, error.message, log: error.log, places: error.places, obstacle: error.obstacle)
    }
}
