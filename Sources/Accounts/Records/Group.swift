/// A group of Berth's own, beside those of Linux: for scopes and for whoever asks by the API.
public struct Group: Sendable, Equatable {
    public let name: String
    /// Account names, in order.
    public let members: [String]
    /// What clients keep with it, as one JSON object.
    public let properties: String

    public init(name: String, members: [String], properties: String) {
        self.name = name
        self.members = members
        self.properties = properties
    }
}
