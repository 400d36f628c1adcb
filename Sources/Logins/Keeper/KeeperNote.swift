import LauncherProtocol

/// What launcher and keeper tell each other, apart from the answers, which are secrets.
enum KeeperNote: Codable, Sendable, Equatable {
    // The launcher, during a login.
    case begin(KeeperOrder)
    /// The policy allows the account that PAM has named.
    case proceed

    // The keeper, during a login.
    case told([LoginMessage])
    case asked([LoginMessage])
    /// The person is who they say; `account` is `PAM_USER`. The keeper waits for ``proceed``.
    case authenticated(account: String)
    /// Session and credentials are there; from now on the keeper listens on its own socket.
    case established
    /// The transaction is over; the reason is for the log.
    case failed(reason: String)

    // The launcher, on the keeper's own socket.
    case describe
    /// Nobody is logged in with this any more: close as soon as the account has no server.
    case retire
    case close

    // The keeper's answers there.
    case description(KeptSession)
    case done
    /// What PAM did not like about closing, if anything.
    case closed(complaint: String?)
}

/// What a keeper has to do.
struct KeeperOrder: Codable, Sendable, Equatable {
    /// The PAM service.
    let service: String
    /// The name as the person typed it.
    let account: String
    /// `PAM_RHOST`.
    let address: String
    /// The account is refused whatever PAM says: its password must not be tried at all.
    let decoy: Bool
    let openSession: Bool
    let setCredentials: Bool
    /// Where to listen once the session is there.
    let socket: String
    /// Seconds after which a keeper that is still at it ends itself.
    let deadline: Double

    /// Whether there is anything to keep after the login.
    var holds: Bool { openSession || setCredentials }
}

/// A PAM session and the keeper that holds it, as the keeper describes itself.
struct KeptSession: Codable, Sendable, Equatable {
    /// The canonical name.
    let account: String
    /// See ``KeeperNote/retire``.
    var retired: Bool
}
