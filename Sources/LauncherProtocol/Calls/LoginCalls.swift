/// One message of a PAM conversation (`pam_conv(3)`).
public struct LoginMessage: Codable, Sendable, Equatable {
    /// PAM's four message styles.
    public enum Style: String, Codable, Sendable {
        /// Asks; the answer may be seen (`PAM_PROMPT_ECHO_ON`).
        case echoOn
        /// Asks; the answer must not be seen (`PAM_PROMPT_ECHO_OFF`).
        case echoOff
        /// Tells (`PAM_TEXT_INFO`).
        case info
        /// Tells of an error (`PAM_ERROR_MSG`).
        case error
    }

    public let style: Style
    public let text: String

    public init(style: Style, text: String) {
        self.style = style
        self.text = text
    }

    /// Whether an answer is expected.
    public var isPrompt: Bool { style == .echoOn || style == .echoOff }
}

/// Where a login stands after the launcher has done what it could without the person.
public enum LoginStep: Codable, Sendable, Equatable {
    /// PAM asks: one secret is expected for each message that ``LoginMessage/isPrompt``, in order.
    case ask([LoginMessage])
    /// Logged in. The keeper of the PAM session `session` lives until ``CloseLogin``.
    /// `messages` are what PAM told last and nobody has seen yet.
    case success(account: Account, session: String, messages: [LoginMessage])
    /// Refused. Always the same words; the reason is in the launcher's log.
    case failure
    /// Too many attempts: how many seconds until the next one is taken.
    case tooMany(retryAfter: Int)
}

/// Begins a login: a PAM conversation in a child process of its own.
public struct OpenLogin: LauncherCall {
    public static let name = "login.open"
    public static let callers: Set<CallerRole> = [.gateway]

    /// The new conversation's identifier, and what PAM asks first.
    public struct Outcome: Codable, Sendable {
        /// 128 random bits in hexadecimal.
        public let login: String
        public let step: LoginStep

        public init(login: String, step: LoginStep) {
            self.login = login
            self.step = step
        }
    }

    /// The name as the person typed it.
    public let account: String
    /// The person's address (`PAM_RHOST`), for PAM, the limits and the log.
    public let address: String

    public init(account: String, address: String) {
        self.account = account
        self.address = address
    }
}

/// Answers the prompts of the last step; the answers are the call's secrets, one a prompt.
public struct AnswerLogin: LauncherCall {
    public static let name = "login.answer"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Outcome = LoginStep

    public let login: String

    public init(login: String) { self.login = login }
}

/// Gives a login up; its child process ends. Succeeds if it is gone already.
public struct CancelLogin: LauncherCall {
    public static let name = "login.cancel"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Outcome = Done

    public let login: String

    public init(login: String) { self.login = login }
}

/// Says that a hub session ended. The PAM session closes with the last hub session of its
/// keeper, once no server of the account runs.
public struct CloseLogin: LauncherCall {
    public static let name = "login.close"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Outcome = Done

    /// As ``LoginStep/success(account:session:messages:)`` gave it.
    public let session: String

    public init(session: String) { self.session = session }
}
