import Audit
import LauncherProtocol

extension Trail {
    /// Notes what the launcher was asked for and has done.
    /// - Parameter who: whoever decided it past the gateway; nil for whoever is behind the present task.
    func note(_ decision: ElsewhereDecision.What, who: String? = nil) {
        switch decision {
        case .share(let call): note(EnvironmentChange(call), who: who)
        case .assign(let call): note(EnvironmentChange(call), who: who)
        case .remove(let call): note(EnvironmentChange(call), who: who)
        case .bringBack(let call): note(EnvironmentChange(call), who: who)
        case .discard(let call): note(EnvironmentChange(call), who: who)
        case .tag(let call): note(EnvironmentChange(call), who: who)
        case .collect(let outcome):
            let layers = outcome.layers > 0 ? "; \(outcome.layers) personal layers of \(outcome.layerBytes) bytes" : ""
            note(
                .garbageCollect, who: who,
                note:
                    "\(outcome.builds.count) builds, \(outcome.packages.count) packages and \(outcome.environments.count) removed environments, \(outcome.freed) bytes freed\(layers)"
            )
        case .pull(let call): note(.imagePull, who: who, on: call.image)
        case .removeImage(let call): note(.imageRemove, who: who, on: call.image)
        case .upstream(let decision):
            let kind: AuditEvent.Kind =
                switch decision.kind {
                case .accepted: .proposalAccept
                case .dismissed: .proposalDismiss
                case .held: .versionHold
                case .released: .versionRelease
                }
            note(kind, who: who, on: decision.subject, note: decision.note)
        }
    }

    private func note(_ change: EnvironmentChange?, who: String?) {
        if let change { note(change.kind, who: who, on: change.on, note: change.note) }
    }
}
