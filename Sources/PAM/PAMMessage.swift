import CPAM

/// One message of a PAM module to the person (`pam_conv(3)`).
public struct PAMMessage: Sendable, Equatable {
    /// PAM's four message styles.
    public enum Style: Sendable {
        /// Asks; the answer may be seen.
        case echoOn
        /// Asks; the answer must not be seen.
        case echoOff
        /// Tells.
        case info
        /// Tells of an error.
        case error
    }

    public let style: Style
    /// What the module says; bytes that are no UTF-8 are replaced.
    public let text: String

    public init(style: Style, text: String) {
        self.style = style
        self.text = text
    }

    /// Whether an answer is expected.
    public var isPrompt: Bool { style == .echoOn || style == .echoOff }

    /// Nil for the binary and radio styles, which need a client that speaks with the module.
    init?(_ message: pam_message) {
        switch message.msg_style {
        case PAM_PROMPT_ECHO_ON: style = .echoOn
        case PAM_PROMPT_ECHO_OFF: style = .echoOff
        case PAM_TEXT_INFO: style = .info
        case PAM_ERROR_MSG: style = .error
        default: return nil
        }
        text = message.msg.map { String(cString: $0) } ?? ""
    }
}
