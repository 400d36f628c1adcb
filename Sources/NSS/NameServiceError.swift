import Glibc

/// The name service could not say whether something exists.
public struct NameServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was asked for.
    public let subject: String
    /// The reason, an `errno` value.
    public let code: CInt

    init(_ subject: String, code: CInt) {
        self.subject = subject
        self.code = code
    }

    public var description: String {
        "The name service could not look up \(subject): \(String(cString: strerror(code))). Check /etc/nsswitch.conf and the directory server it names."
    }
}
