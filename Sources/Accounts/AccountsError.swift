/// The accounts' file could not be used: what was being done, to which file, and SQLite's reason; or there is too much of something.
public struct AccountsError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Kind: Sendable, Equatable {
        case file
        /// The account has as many tokens as it may.
        case tooManyTokens
    }

    public let kind: Kind
    /// SQLite's words, or what there is too much of.
    public let reason: String
    public let description: String

    /// - Parameters:
    ///   - action: What was being done: “open”, “add a session”.
    ///   - path: The file.
    ///   - reason: SQLite's words.
    init(action: String, path: String, reason: String) {
        kind = .file
        self.reason = reason
        description =
            "Could not \(action) in \(path): \(reason). Check that the disk is not full and that the gateway's account may write there."
    }

    init(tooManyTokens limit: Int) {
        kind = .tooManyTokens
        reason = "The account has \(limit) tokens, and may have no more."
        description = reason + " Revoke one first."
    }
}
