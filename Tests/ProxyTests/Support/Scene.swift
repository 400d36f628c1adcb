import Foundation
import Logging
import Synchronization
import TLS
import Testing
import UnixSockets

@testable import Proxy

/// A proxy with a hub and the server of one person, alice, in a directory of its own.
final class Scene: Sendable {
    let directory: String
    let proxy: Proxy
    let hub: TestUpstream
    let server: TestUpstream
    /// Clients that left the server in the middle of its events.
    let departures = Departures()
    let published: Mutex<Published>
    let log = MemoryLog()

    static let cookie = "Cookie: __Host-berth-session=s3cret"
    static let origin = "https://hub.example.org"

    /// Runs `body` with a proxy that listens on a loopback port and on a Unix socket.
    static func run(
        tls: ProxyConfiguration.TLS? = nil, _ adjust: (inout ProxyConfiguration) -> Void = { _ in },
        _ body: (Scene) async throws -> Void
    ) async throws {
        let scene = try Scene(tls: tls, adjust)
        do {
            try await body(scene)
        } catch {
            await scene.end()
            throw error
        }
        await scene.end()
    }

    private init(tls: ProxyConfiguration.TLS?, _ adjust: (inout ProxyConfiguration) -> Void) throws {
        directory = "/tmp/berth-proxy-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        hub = try TestUpstream(path: directory + "/hub.sock", serve: Site.serve)
        server = try TestUpstream(path: directory + "/alice.sock") { [departures] in Site.serve($0, departures: departures) }
        var configuration = ProxyConfiguration(
            listeners: [.http(address: "127.0.0.1", port: 0), .unix(path: directory + "/front.sock")],
            publicOrigin: Self.origin, hubSocket: directory + "/hub.sock")
        if let tls {
            configuration.listeners.append(.https(address: "127.0.0.1", port: 0))
            configuration.tls = tls
        }
        configuration.loops = 2
        configuration.hsts = 60
        configuration.limits.activity = 0.05
        adjust(&configuration)
        let log = log
        let reports = Reports()
        self.activity = reports
        proxy = try Proxy(
            configuration: configuration, logger: Logger(label: "test") { _ in log },
            onActivity: { reports.add($0) })
        try proxy.start()
        var published = Published()
        published.servers[ServerKey(owner: "alice")] = ServerRoute(
            socketDirectory: directory, socketName: "alice.sock", uid: getuid(), secret: "door")
        published.sessions[Digest(sha256: "s3cret".utf8)] = SessionGrant(account: "alice", session: "session-1")
        published.sessions[Digest(sha256: "b0b".utf8)] = SessionGrant(account: "bob", session: "session-2")
        published.tokens[Digest(sha256: "t0ken".utf8)] = TokenGrant(account: "alice", servers: .own, token: "token-1")
        published.tokens[Digest(sha256: "nothing".utf8)] = TokenGrant(account: "alice", servers: .none, token: "token-2")
        self.published = Mutex(published)
        proxy.publish(published)
    }

    let activity: Reports

    final class Reports: Sendable {
        private let all = Mutex<[Activity]>([])
        func add(_ activity: Activity) { all.withLock { $0.append(activity) } }
        /// How many reports name this server.
        func count(of server: ServerKey) -> Int { all.withLock { all in all.count { $0.servers.contains(server) } } }
        var sum: Activity {
            all.withLock { all in
                all.reduce(into: Activity()) { sum, next in
                    sum.sessions.formUnion(next.sessions)
                    sum.tokens.formUnion(next.tokens)
                    sum.servers.formUnion(next.servers)
                    sum.visits.formUnion(next.visits)
                }
            }
        }
    }

    func change(_ change: (inout Published) -> Void) {
        let now = published.withLock { published in
            change(&published)
            return published
        }
        proxy.publish(now)
    }

    func port(_ index: Int = 0) -> UInt16 {
        UInt16(proxy.boundAddresses[index].split(separator: ":").last!)!
    }

    /// A connection to the plain listener.
    func connect(_ port: UInt16? = nil) -> Stream {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = (port ?? self.port()).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(code == 0)
        return Stream(descriptor)
    }

    /// A connection to the Unix listener, as from a front end.
    func connectFront() throws -> Stream { Stream(try connectToUnixSocket(at: directory + "/front.sock")) }

    /// One request on a connection of its own.
    func get(_ path: String, _ fields: String...) -> Answer? {
        connect().ask("GET \(path) HTTP/1.1\r\nHost: hub.example.org\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    func request(_ line: String, _ fields: String...) -> String {
        "\(line) HTTP/1.1\r\nHost: hub.example.org\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private func end() async {
        await proxy.stop(draining: 0)
        hub.stop()
        server.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// Keeps what is logged.
struct MemoryLog: LogHandler {
    final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        lines.all.withLock { $0.append("\(event.level) \(event.message) \(metadata)") }
    }

    var text: String { lines.all.withLock { $0.joined(separator: "\n") } }
}

/// Waits for `condition`, up to ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        usleep(5000)
    }
    return condition()
}

/// Runs blocking `work` on a thread of its own.
func onThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}
