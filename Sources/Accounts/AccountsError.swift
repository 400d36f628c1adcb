/// The accounts' file could not be used: what was being done, to which file, and SQLite's reason.
public struct AccountsError: Error, Sendable, CustomStringConvertible {
    /// What was being done: “open”, “add a session”.
    public let action: String
    /// The file.
    public let path: String
    /// SQLite's words.
    public let reason: String

    public var description: String {
        "Could not \(action) in \(path): \(reason). Check that the disk is not full and that the gateway's account may write there."
    }
}
