import LauncherProtocol

extension Trail {
    /// Notes what the launcher was asked for and has done.
    /// - Parameter who: whoever decided it past the gateway; nil for whoever is behind the present task.
    func note(_ decision: ElsewhereDecision.What, who: String? = nil) {
        /// Whoever acts for others has to say whose it is.
        func whole(_ environment: String, of account: String) -> String {
            who == nil || environment.contains("/") ? environment : "\(account)/\(environment)"
        }
        switch decision {
        case .share(let call):
            note(
                .environmentShare, who: who, on: whole(call.environment, of: call.account),
                note: "\(call.to): \(call.right?.rawValue ?? "nothing any more")")
        case .assign(let call):
            let given = call.isTakenBack ? "taken back" : call.assignment.isMandatory ? "mandatory" : "assigned"
            note(.environmentAssign, who: who, on: call.assignment.environment, note: "\(call.assignment.to): \(given)")
        case .remove(let call): note(.environmentRemove, who: who, on: "\(call.account)/\(call.environment)")
        case .discard(let call): note(.environmentDiscard, who: who, on: "\(call.account)/\(call.environment)")
        case .tag(let call):
            note(
                .environmentTag, who: who, on: whole(call.environment, of: call.account),
                note: call.isTakenAway ? "\(call.tag) taken away" : call.tag)
        case .pull(let call): note(.imagePull, who: who, on: call.image)
        case .removeImage(let call): note(.imageRemove, who: who, on: call.image)
        }
    }
}
