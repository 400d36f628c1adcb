/// Who may log in, and how: `login:`.
public struct LoginConfiguration: Sendable, Equatable {
    /// The PAM service: a file in `/etc/pam.d`.
    public var service = "berth"
    /// What the first page asks for.
    public var form = Form.password
    /// Seconds a conversation may take in all.
    public var deadline: Double = 120
    /// Seconds after an answer at which every refusal is told, whatever its reason.
    public var failureDelay: Double = 2
    /// `pam_open_session` and `pam_close_session`.
    public var openSession = true
    /// `pam_setcred`.
    public var setCredentials = true
    public var minUID: UInt32 = 1000
    /// Members of one of these may log in; empty for everybody.
    public var allowedGroups: [String] = []
    /// Members of one of these are administrators.
    public var adminGroups: [String] = []
    /// Accounts with one of these shells are refused.
    public var refusedShells = ["/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"]
    /// Failed attempts that an account gets in ``attemptWindow``.
    public var attemptsPerAccount = 10
    /// Failed attempts that an address gets in ``attemptWindow``.
    public var attemptsPerAddress = 50
    /// Seconds.
    public var attemptWindow: Double = 600

    public init() {}

    /// What the first page asks for.
    public enum Form: String, Sendable, CaseIterable {
        /// Name and password; the password answers PAM's first hidden prompt.
        case password
        /// The name alone; then whatever PAM asks.
        case name
    }
}
