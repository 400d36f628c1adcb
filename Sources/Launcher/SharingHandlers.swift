import LauncherProtocol
import NSS
import Store

extension LauncherHandlers {
    /// Answers the calls about who may use whose environments.
    mutating func answerSharing(with access: EnvironmentAccess) {
        let store = access.store
        on(ListGrants.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .admin)
            return try await inStore { () async throws(StoreError) in
                try await store.grants(of: subject.name, for: subject.owner.uid)
            }
        }
        on(ShareEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .admin)
            if call.right != nil { try await checkReceiver(call.to) }
            return try await inStore { () async throws(StoreError) in
                try await store.share(subject.name, of: subject.owner.uid, with: call.to, as: call.right)
            }
        }
        on(ListAssignments.self) { call, context throws(LauncherError) in
            try await access.requireAdministrator(call.account, for: context.caller)
            return try await inStore { () async throws(StoreError) in try await store.assignments() }
        }
        on(AssignEnvironment.self) { call, context throws(LauncherError) in
            try await access.requireAdministrator(call.account, for: context.caller)
            let assignment = call.assignment
            if call.isTakenBack {
                return try await inStore { () async throws(StoreError) in
                    try await store.takeBack(assignment.environment, from: assignment.to)
                }
            }
            let parts = assignment.environment.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw LauncherError(.invalid, "An environment is assigned as OWNER/NAME, such as “alice/team”.")
            }
            if assignment.to != "*" { try await checkReceiver(assignment.to) }
            let owner = try await access.accounts.policyAccount(named: parts[0])
            let canonical = EnvironmentAssignment(
                environment: "\(owner.name)/\(parts[1])", to: assignment.to, version: assignment.version,
                isDefault: assignment.isDefault, isMandatory: assignment.isMandatory)
            return try await inStore { () async throws(StoreError) in
                try await store.assign(canonical, name: parts[1], of: owner.uid)
            }
        }
    }
}

/// Refuses what is no account and no group of this host.
private func checkReceiver(_ to: String) async throws(LauncherError) {
    let isGroup = to.hasPrefix("@")
    let isKnown: Bool
    do throws(NameServiceError) {
        let directory = AccountDirectory()
        isKnown = isGroup ? try await directory.hasGroup(named: String(to.dropFirst())) : try await directory.lookUp(named: to) != nil
    } catch {
        throw LauncherError(.unavailable, "\(error)")
    }
    guard isKnown else {
        throw LauncherError(
            .invalid,
            "This host has no \(isGroup ? "group" : "account") “\(to.prefix(64))”. Groups are written with an @ before their name.")
    }
}
