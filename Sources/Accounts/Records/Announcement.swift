/// Something that an administrator tells everybody. Times are in seconds since 1970.
public struct Announcement: Sendable, Equatable {
    public let id: Int
    public let text: String
    public let level: Level
    /// The account that made it.
    public let author: String
    public let made: Double
    /// When it ends by itself; nil: never.
    public let until: Double?

    /// How much it matters.
    public enum Level: String, Codable, Sendable, CaseIterable {
        case info, warning, danger
    }
}
