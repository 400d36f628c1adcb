import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Phrases

/// Why a request was not done, in words for the person or the program that made it.
struct HubError: Error, Sendable {
    var status: HTTPResponse.Status
    /// What happened, why, and what to do.
    let message: Phrase
    /// The last lines of the log that shows it, oldest first.
    var log: [String] = []
    /// Seconds until it makes sense to try again.
    var retryAfter: Int?
    /// Where in a recipe the fault lies; often empty.
    var places: [RecipePlace] = []
    /// What a build met, where there is a way past it.
    var obstacle: BuildObstacle?
    /// Where a page leads on; nil for the person's own page.
    var way: Way?

    /// A link and its words.
    struct Way: Sendable {
        let path: String
        let words: String
    }

    init(
        _ status: HTTPResponse.Status, _ message: Phrase, log: [String] = [], places: [RecipePlace] = [], obstacle: BuildObstacle? = nil
    ) {
        self.obstacle = obstacle
        self.places = places
        self.status = status
        self.message = message
        self.log = log
    }

    /// From the texts of the pages, which are in the reader's language already.
    init(_ status: HTTPResponse.Status, text: String) { self.init(status, Phrase(verbatim: text)) }

    static let notFound = HubError(.notFound, "There is nothing under this address.")
    /// JupyterHub answers 403, not 401, where nobody is logged in.
    static let forbidden = HubError(.forbidden, "Missing or invalid credentials.")
    static let forged = HubError(
        .forbidden, "This request did not come from a page of this site that is still good. Go back, reload the page, and try again.")

    /// The error as people should see it; unexpected ones show nothing of the inside.
    init(_ error: any Error) {
        switch error {
        case let error as HubError: self = error
        case let error as LauncherError:
            self.init(error.kind.status, error.message, log: error.log, places: error.places, obstacle: error.obstacle)
        case is AccountsError:
            self.init(
                .serviceUnavailable,
                "This can't be written down at the moment. What you ended or revoked has no effect any more, and Berth goes on trying "
                    + "to write that; all else was not done. An administrator finds the reason in the gateway's log.")
        case let error as any HTTPResponseError where error.status == .notFound: self = .notFound
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            self.init(
                .contentTooLarge,
                "This is more than is taken here, and nothing was done with it. A recipe or a lock has at most 1 MiB: go back and look whether it is the right file."
            )
        case let error as any HTTPResponseError: self.init(error.status, text: error.status.reasonPhrase)
        default:
            self.init(.internalServerError, "Something went wrong inside Berth. An administrator finds the reason in the gateway's log.")
        }
    }
}

extension HTTPResponse.Status {
    /// 424 (RFC 4918, 11.4): JupyterHub's answer for a server that does not run.
    static let failedDependency = Self(code: 424, reasonPhrase: "Failed Dependency")
}

extension LauncherError.Kind {
    /// As the protocol says.
    var status: HTTPResponse.Status {
        switch self {
        case .invalid: .badRequest
        case .refused: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .failed: .failedDependency
        case .exhausted, .unavailable: .serviceUnavailable
        }
    }
}
