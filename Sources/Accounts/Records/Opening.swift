/// An administrator's way into somebody else's server, for a time. Times are in seconds since 1970.
public struct Opening: Sendable, Equatable, Identifiable {
    public let id: Int
    /// The administrator.
    public let account: String
    /// ``Session/id`` of the one browser that it holds for.
    public let session: String
    public let owner: String
    /// Empty for the default server.
    public let server: String
    /// Why, in the administrator's words.
    public let reason: String
    public let made: Double
    public let until: Double
}
