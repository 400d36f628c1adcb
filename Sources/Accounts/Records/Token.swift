/// An API token, without its secret. Times are in seconds since 1970.
public struct Token: Sendable, Equatable {
    /// How every token's secret begins, so that scanners find leaked ones.
    public static let prefix = "brth_"

    /// The public identifier; it opens nothing.
    public let id: String
    public let account: String
    /// What its owner wrote down about it.
    public let note: String
    /// JupyterHub's scope names.
    public let scopes: [String]
    public let created: Double
    /// Nil: never.
    public let expires: Double?
    public var lastUsed: Double?
    /// ``Session/id`` of the log-in that it ends with; nil where it stands for itself.
    public let session: String?

    func isLive(at now: Double) -> Bool { expires.map { now < $0 } ?? true }
}
