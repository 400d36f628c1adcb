import LauncherProtocol
import Store

extension LauncherHandlers {
    /// Answers the calls about personal layers: the layer is always one's own, the environment may be shared.
    ///
    /// - Parameter inUse: The identities of the builds that servers of an account have mounted; nil for everybody's.
    mutating func answerLayers(
        with access: EnvironmentAccess, _ elsewhere: Elsewhere,
        inUse: @escaping @Sendable (_ uid: UInt32?) async throws(LauncherError) -> Set<String>
    ) {
        let store = access.store
        on(ListLayers.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            let version = await access.assignedVersion(of: subject)
            return try await inStore { () async throws(StoreError) in
                try await store.layers(over: subject.name, of: subject.owner.uid, for: subject.actor.uid, startingWith: version)
            }
        }
        on(InspectLayer.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            let version = await access.layerVersion(call.version, of: subject)
            return try await inStore { () async throws(StoreError) in
                try await store.inspectLayer(
                    of: subject.name, version: version, owner: subject.owner.uid, for: subject.actor.uid)
            }
        }
        on(SaveLayer.self) { call, context throws(LauncherError) in
            if let name = call.newName { return try await saveAsOwn(call, name, context, access, elsewhere) }
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .edit)
            let version = await access.layerVersion(call.version, of: subject)
            return try await elsewhere.carryOut(context, for: subject.actor.name, subject.reference) { report throws(LauncherError) in
                let summary = try await inStore { () async throws(StoreError) in
                    try await store.saveLayer(
                        of: subject.name, version: version, for: subject.owner, layerOf: subject.actor.uid, progress: report)
                }
                return await access.told(summary, to: subject)
            }
        }
        on(ListOrphanedLayers.self) { call, context throws(LauncherError) in
            try await access.orphanedLayers(of: try await access.actor(named: call.account, for: context.caller)).map(\.named)
        }
        on(DiscardLayer.self) { call, context throws(LauncherError) in
            if let build = call.orphan {
                let actor = try await access.actor(named: call.account, for: context.caller)
                try await access.discardOrphan(over: call.environment, build, of: actor, inUse: try await inUse(actor.uid))
                return Done()
            }
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            let builds = try await inUse(subject.actor.uid)
            let version = await access.layerVersion(call.version, of: subject)
            try await inStore { () async throws(StoreError) in
                try await store.discardLayer(
                    of: subject.name, version: version, owner: subject.owner.uid, for: subject.actor.uid, inUse: builds)
            }
            return Done()
        }
    }
}

extension EnvironmentAccess {
    /// The version whose layer is meant: without a word that which the person's servers start with.
    fileprivate func layerVersion(_ asked: String?, of subject: Subject) async -> String? {
        if let asked { return asked }
        return await assignedVersion(of: subject)
    }
}

/// Makes what a layer holds an environment of whoever it belongs to. What is used is theirs to take along.
private func saveAsOwn(
    _ call: SaveLayer, _ name: String, _ context: CallContext<SaveLayer>, _ access: EnvironmentAccess, _ elsewhere: Elsewhere
) async throws(LauncherError) -> EnvironmentSummary {
    let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
    let version = await access.layerVersion(call.version, of: subject)
    let actor = Store.Owner(name: subject.actor.name, uid: subject.actor.uid)
    return try await elsewhere.carryOut(context, for: actor.name, name) { report throws(LauncherError) in
        try await inStore { () async throws(StoreError) in
            try await access.store.saveLayer(
                of: (subject.name, subject.owner.uid, version), reference: subject.reference, as: name, for: actor, progress: report)
        }
    }
}
