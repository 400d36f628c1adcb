import Audit
import LauncherProtocol

/// What the log says of a call that changes an environment, or who has it: a value.
struct EnvironmentChange: Equatable {
    let kind: AuditEvent.Kind
    /// `OWNER/NAME`.
    let on: String
    /// What else there is to know.
    let note: String?

    /// Nil for a call that changes nothing of an environment.
    /// - Parameter outcome: What came of it; nil where it failed.
    init?(_ call: some LauncherCall, outcome: (any Sendable)? = nil) {
        let account: String, name: String
        var words: String?
        switch call {
        case let call as CreateEnvironment: (kind, account, name) = (.environmentCreate, call.account, call.environment ?? "")
        case let call as CopyEnvironment:
            (kind, account, name, words) = (.environmentCreate, call.account, call.environment ?? "", "copy of \(call.source)")
        case let call as AdoptEnvironment:
            (kind, account, name, words) = (.environmentCreate, call.account, call.environment ?? "", "adopted ~/\(call.path)")
        case let call as RollBackEnvironment:
            (kind, account, name, words) = (.environmentRollBack, call.account, call.environment, "to \(call.version)")
        case let call as RepairEnvironment: (kind, account, name) = (.environmentRepair, call.account, call.environment)
        case let call as SaveLayer:
            (kind, account, name) = (.environmentSave, call.account, call.newName ?? call.environment)
            words = call.newName.map { _ in "installed in \(call.environment)" }
        case let call as DiscardLayer: (kind, account, name) = (.layerDiscard, call.account, call.environment)
        case let call as RemoveEnvironment: (kind, account, name) = (.environmentRemove, call.account, call.environment)
        case let call as BringBackEnvironment:
            let before = String(call.removed.prefix { $0 != "~" })
            (kind, account, name) = (.environmentBringBack, call.account, call.newName ?? before)
            words = call.newName.map { _ in "was \(before)" }
        case let call as ShareEnvironment:
            (kind, account, name) = (.environmentShare, call.account, call.environment)
            words = "\(call.to): \(call.right?.rawValue ?? "nothing any more")"
        case let call as AssignEnvironment:
            (kind, account, name) = (.environmentAssign, call.account, call.assignment.environment)
            let given = call.isTakenBack ? "taken back" : call.assignment.isMandatory ? "mandatory" : "assigned"
            words = "\(call.assignment.to): \(given)"
        case let call as TagEnvironment:
            (kind, account, name) = (.environmentTag, call.account, call.environment)
            words = call.isTakenAway ? "\(call.tag) taken away" : call.tag
        default: return nil
        }
        let summary = outcome as? EnvironmentSummary
        on = EnvironmentView.fullName(summary?.name ?? name, of: account)
        note = [words, summary.map { "build \($0.build)" }].compactMap(\.self).joined(separator: ", ").nilIfEmpty
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
