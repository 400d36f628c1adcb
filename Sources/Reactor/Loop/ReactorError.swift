import Glibc

/// A system call of the reactor that failed, and the kernel's reason.
public struct ReactorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call, as its manual page names it.
    public let call: String
    /// What it was asked to act on.
    public let subject: String?
    /// The `errno` of the failure.
    public let code: CInt

    init(_ call: String, on subject: String? = nil, code: CInt = errno) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    public var description: String {
        let advice =
            switch code {
            case EADDRINUSE: "; another program listens there (see “ss -tlnp”)"
            case EACCES: "; ports under 1024 need CAP_NET_BIND_SERVICE"
            case EADDRNOTAVAIL: "; no interface of this host has that address"
            default: ""
            }
        let reason = String(cString: strerror(code))
        guard let subject else { return "\(call): \(reason)\(advice)" }
        return "\(call) \(subject): \(reason)\(advice)"
    }
}
