import CPAM

/// A PAM function that did not return `PAM_SUCCESS`.
public struct PAMError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The function, as its manual page names it.
    public let function: String
    /// What it returned: one of the `PAM_…` values of `pam(3)`.
    public let code: CInt
    /// libpam's words for `code` (`pam_strerror(3)`).
    public let reason: String

    /// Whether it is the new password that was not taken: mistyped, too weak, used before
    /// (`PAM_AUTHTOK_ERR`, `PAM_TRY_AGAIN`).
    public var isAboutNewPassword: Bool { code == PAM_AUTHTOK_ERR || code == PAM_TRY_AGAIN }

    public var description: String { "\(function): \(reason) (PAM error \(code))" }
}
