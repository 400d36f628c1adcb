import UnixSockets

/// The log can't be used: what was tried and the kernel's reason.
public struct AuditError: Error, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What happened, and what to do about it.
    public let reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    init(_ error: SystemCallError, _ path: String) {
        self.init(path, "\(error). Check that it is a file that this account may read and write, on a disk with room.")
    }

    public var description: String { "The audit log \(path) can't be used: \(reason)" }
}
