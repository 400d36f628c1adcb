import LauncherProtocol
import Servers

/// What helps where a server does not run: a value, from the cause.
struct Remedies: Equatable {
    /// Another environment or profile is more promising than the same again.
    let choosesFirst: Bool
    /// An earlier version of the environment may work.
    let rollsBack: Bool
    /// An administrator has to do something.
    let asks: Bool

    init(_ cause: FailureCause?, hasEnvironment: Bool) {
        switch cause {
        case .imageMissing, .noGPU: (choosesFirst, rollsBack, asks) = (true, false, true)
        case .noJupyter: (choosesFirst, rollsBack, asks) = (true, hasEnvironment, false)
        case .driverTooOld: (choosesFirst, rollsBack, asks) = (true, hasEnvironment, true)
        case .outOfMemory: (choosesFirst, rollsBack, asks) = (true, false, false)
        case .limit: (choosesFirst, rollsBack, asks) = (true, false, true)
        case .diskFull, .homeDenied: (choosesFirst, rollsBack, asks) = (false, false, true)
        case .shutDown: (choosesFirst, rollsBack, asks) = (false, false, false)
        case nil: (choosesFirst, rollsBack, asks) = (false, hasEnvironment, true)
        }
    }
}

extension HubServices {
    /// Whether the environment that a server failed with is its owner's to roll back.
    func mayRollBack(_ status: ServerStatus) async -> Bool {
        guard let failure = status.failure, let environment = status.environment,
            Remedies(failure.cause, hasEnvironment: true).rollsBack
        else { return false }
        guard environment.contains("/") else { return true }
        let found = try? await launcher.call(
            FindEnvironments(account: status.id.owner, text: environment, limit: EnvironmentPage.size))
        return found?.environments.contains { $0.name == environment && $0.right >= .edit } ?? false
    }
}

extension HubServices {
    /// What the owner of a server that failed has installed over its environment: as likely the reason as anything.
    func layer(below status: ServerStatus) async -> PersonalLayer? {
        guard status.failure != nil, let environment = status.environment else { return nil }
        let layers = try? await launcher.call(ListLayers(account: status.id.owner, environment: environment))
        return layers?.first { $0.isCurrent && !$0.summary.changes.isEmpty }
    }
}

/// Whom people can ask, as a link.
enum Contact {
    /// `mailto:` for a mail address, with a subject that says what it is about; a URL as it is.
    static func link(_ contact: String, subject: String) -> String {
        contact.hasPrefix("https://") || contact.hasPrefix("http://")
            ? contact : "mailto:\(contact)?subject=\(subject.percentEncodedWhole)"
    }
}
