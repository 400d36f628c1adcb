/// Sends the build of a version as an archive that works at any path: `tar`, compressed. The call lasts
/// until all of it has been taken, over a Unix socket that the caller connects to once.
public struct PackEnvironment: LauncherCall {
    public static let name = "environment.pack"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Progress = Opened
    public typealias Outcome = Done

    /// Where the archive waits.
    public struct Opened: Codable, Sendable {
        /// The socket's path; it is gone when nobody connects within ten seconds.
        public let socket: String
        /// What a file of it is called.
        public let file: String

        public init(socket: String, file: String) {
            self.socket = socket
            self.file = file
        }
    }

    /// What it is compressed with.
    public enum Compression: String, Codable, Sendable, CaseIterable {
        case gzip
        case zstd

        /// What a file's name ends in.
        public var ending: String {
            switch self {
            case .gzip: ".tar.gz"
            case .zstd: ".tar.zst"
            }
        }
    }

    public let account: String
    /// `NAME`, or `OWNER/NAME` of somebody else's.
    public let environment: String
    /// A version's identity; nil for the current one.
    public let version: String?
    public let compression: Compression

    public init(account: String, environment: String, version: String? = nil, compression: Compression = .gzip) {
        self.compression = compression
        self.account = account
        self.environment = environment
        self.version = version
    }
}

extension LauncherCalling {
    /// Has the build of a version packed: where it waits, and what in the end came of it. Whoever gives the
    /// archive up cancels the task.
    public func pack(_ call: PackEnvironment) async throws -> (opened: PackEnvironment.Opened, packing: Task<Void, any Error>) {
        let (places, sink) = AsyncStream<PackEnvironment.Opened>.makeStream()
        let packing = Task<Void, any Error> {
            defer { sink.finish() }
            _ = try await self.call(call) { sink.yield($0) }
        }
        for await opened in places { return (opened, packing) }
        try await packing.value
        throw LauncherError(.failed, "The launcher packed nothing.")
    }
}
