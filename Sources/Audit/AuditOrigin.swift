/// Who is behind what is being done at present. It goes with the task, and with the tasks that
/// one begins, so that an event knows its person however deep it is noted.
public struct AuditOrigin: Sendable {
    /// The account; nil for somebody who has not logged in.
    public let who: String?
    /// The client's address.
    public let address: String
    /// The identifier of the browser's session, if there is one.
    public let session: String?

    public init(who: String?, address: String, session: String? = nil) {
        self.who = who
        self.address = address
        self.session = session
    }

    /// The present task's; nil where Berth acts by itself.
    @TaskLocal public static var current: AuditOrigin?

    /// How Berth itself is named in the log; no account can be called that.
    public static let berth = "(berth)"
}
