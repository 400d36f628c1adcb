/// `log:`.
public struct LogConfiguration: Sendable, Equatable {
    public var level = Level.info
    public var format = Format.text

    public init() {}

    /// swift-log's levels that make sense here.
    public enum Level: String, Sendable, CaseIterable { case debug, info, notice, warning, error }
    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable { case text, json }
}
