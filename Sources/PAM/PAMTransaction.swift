import CPAM
import Secrets

/// One PAM transaction: from `pam_start(3)` to `pam_end(3)`.
///
/// Everything here **blocks** for as long as the modules of the stack want, and modules
/// change the process they run in, so a transaction belongs into a process of its own.
/// The delay that libpam puts after a failure is switched off (`pam_fail_delay(3)`): the
/// caller delays refusals of its own accord, all by the same time.
///
/// ```swift
/// let transaction = try PAMTransaction(service: "berth", user: name) { messages in ask(messages) }
/// try transaction.set(.remoteHost, to: "192.0.2.7")
/// try transaction.authenticate()
/// try transaction.checkAccount()
/// ```
public final class PAMTransaction {
    private var handle: OpaquePointer
    private let conversation: PAMConversation
    private var status = PAM_SUCCESS
    private var ended = false

    /// Begins a transaction of `service`, a file in `/etc/pam.d`, for `user`.
    ///
    /// `respond` is called with what modules say. It returns one value a message, nil
    /// for those that are no prompt, or nil as a whole to break the conversation off
    /// (`PAM_CONV_ERR`).
    public init(
        service: String, user: String, respond: @escaping ([PAMMessage]) -> [Secret?]?
    ) throws(PAMError) {
        conversation = PAMConversation(respond)
        var started: OpaquePointer?
        var callback = conversation.callback
        let status = pam_start(service, user, &callback, &started)
        guard status == PAM_SUCCESS, let started else {
            throw PAMError(function: "pam_start", code: status, reason: "the transaction could not begin")
        }
        handle = started
        try check("pam_set_item", berth_pam_set_no_fail_delay(handle))
    }

    deinit { end() }

    /// What modules can know beside the user's name (`pam_set_item(3)`).
    public enum Item: Sendable {
        /// Where the person is: a name or an address (`PAM_RHOST`).
        case remoteHost
        /// The terminal, or what stands for it (`PAM_TTY`).
        case terminal
        /// The account on the person's own host (`PAM_RUSER`).
        case remoteUser

        var code: CInt {
            switch self {
            case .remoteHost: PAM_RHOST
            case .terminal: PAM_TTY
            case .remoteUser: PAM_RUSER
            }
        }
    }

    /// Tells the modules `value`.
    public func set(_ item: Item, to value: String) throws(PAMError) {
        try check("pam_set_item", pam_set_item(handle, item.code, value))
    }

    /// The account's name as the modules have settled it (`PAM_USER`).
    public var user: String? {
        var value: UnsafeRawPointer?
        guard pam_get_item(handle, PAM_USER, &value) == PAM_SUCCESS else { return nil }
        return value.flatMap { String(validatingCString: $0.assumingMemoryBound(to: CChar.self)) }
    }

    /// Finds out whether the person is who they say (`pam_authenticate(3)`). Empty passwords never do.
    public func authenticate() throws(PAMError) {
        try check("pam_authenticate", pam_authenticate(handle, CInt(bitPattern: PAM_DISALLOW_NULL_AUTHTOK)))
    }

    /// Whether an account may be used now.
    public enum AccountState: Sendable {
        case usable
        /// Only after ``changeExpiredPassword()`` (`PAM_NEW_AUTHTOK_REQD`).
        case passwordExpired
    }

    /// Finds out whether the account may be used now (`pam_acct_mgmt(3)`).
    public func checkAccount() throws(PAMError) -> AccountState {
        let result = pam_acct_mgmt(handle, CInt(bitPattern: PAM_DISALLOW_NULL_AUTHTOK))
        if result == PAM_NEW_AUTHTOK_REQD { return .passwordExpired }
        try check("pam_acct_mgmt", result)
        return .usable
    }

    /// Has the person choose a new password (`pam_chauthtok(3)`, `PAM_CHANGE_EXPIRED_AUTHTOK`).
    public func changeExpiredPassword() throws(PAMError) {
        try check("pam_chauthtok", pam_chauthtok(handle, CInt(bitPattern: PAM_CHANGE_EXPIRED_AUTHTOK)))
    }

    /// Gets the account's credentials, such as Kerberos tickets (`pam_setcred(3)`).
    public func establishCredentials() throws(PAMError) {
        try check("pam_setcred", pam_setcred(handle, CInt(bitPattern: PAM_ESTABLISH_CRED)))
    }

    /// Gives the credentials back (`pam_setcred(3)`).
    public func deleteCredentials() throws(PAMError) {
        try check("pam_setcred", pam_setcred(handle, CInt(bitPattern: PAM_DELETE_CRED)))
    }

    /// Opens the session: home directories are mounted, for example (`pam_open_session(3)`).
    public func openSession() throws(PAMError) {
        try check("pam_open_session", pam_open_session(handle, 0))
    }

    /// Closes the session (`pam_close_session(3)`).
    public func closeSession() throws(PAMError) {
        try check("pam_close_session", pam_close_session(handle, 0))
    }

    /// Ends the transaction and tells the modules how the last call went (`pam_end(3)`).
    /// Nothing else may be called after it.
    public func end() {
        guard !ended else { return }
        ended = true
        pam_end(handle, status)
    }

    private func check(_ function: String, _ result: CInt) throws(PAMError) {
        status = result
        guard result == PAM_SUCCESS else {
            let reason = pam_strerror(handle, result).map { String(cString: $0) } ?? "unknown"
            throw PAMError(function: function, code: result, reason: reason)
        }
    }
}
