/// Something that an administrator tells everybody. Times are in seconds since 1970.
public struct Announcement: Sendable, Equatable {
    public let id: Int
    public let text: String
    /// The account that made it.
    public let author: String
    public let made: Double
    /// When it ends by itself; nil: never.
    public let until: Double?
}
