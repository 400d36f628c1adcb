import Glibc

/// A system call that failed: which, on what, and the kernel's reason.
public struct SystemCallError: Error, Sendable, CustomStringConvertible {
    /// The call, as its manual page names it.
    public let call: String
    /// What it was asked to act on: usually a path.
    public let subject: String?
    /// The `errno` at the time of the failure.
    public let code: CInt

    /// Notes the present `errno`; make it right after the call that failed.
    public init(_ call: String, on subject: String? = nil, code: CInt = errno) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    public var description: String {
        let reason = String(cString: strerror(code))
        guard let subject else { return "\(call): \(reason)" }
        return "\(call) \(subject): \(reason)"
    }
}
