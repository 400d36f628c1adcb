import Accounts
import Configuration
import Foundation
import LauncherProtocol
import Logging
import Servers
import Synchronization
import Testing
@testable import Hub

/// A hub on a real Unix socket, with the real static files and a launcher that a test directs.
final class Site: Sendable {
    let launcher = FakeLauncher()
    let accounts: Accounts
    let servers: Servers
    /// How often Berth was to be ended.
    let shutdowns = Count()
    /// What the proxy would know of sessions and tokens.
    let access = Mutex<ServerAccess?>(nil)
    private let directory: String
    private let running: Task<Void, any Error>
    private let reviewing: @Sendable () async -> Void

    final class Count: Sendable {
        let value = Mutex(0)
    }

    /// The real ones, read once for all tests.
    private static let files = Result {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try StaticFiles(directory: root.appending(path: "static").path)
    }

    static let origin = "https://hub.example.org"

    init(watched: Watched = Watched(), _ configure: (inout BerthConfiguration) -> Void = { _ in }) async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("h\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var configuration = BerthConfiguration()
        configuration.gateway.publicURL = Self.origin
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        accounts = try Accounts(path: directory + "/accounts.sqlite", limits: SessionLimits(idle: 3600, absolute: 7200))
        servers = Servers(launcher: launcher, startTimeout: 5, logger: logger)
        let hub = try Hub(
            configuration: configuration, files: try Self.files.get(), accounts: accounts, servers: servers, launcher: launcher,
            logger: logger, watched: watched, lookUpstream: nil,
            shutDown: { [shutdowns] in shutdowns.value.withLock { $0 += 1 } })
        reviewing = { await HostReview(hub: hub.services).look() }
        let (up, serving) = AsyncStream.makeStream(of: Void.self)
        let path = directory + "/hub.sock"
        running = Task { try await hub.run(socketPath: path) { serving.finish() } }
        hub.onAccess { [weak self] access in self?.access.withLock { $0 = access } }
        for await _ in up {}
    }

    /// Asks the host about everybody, as happens every few minutes.
    func review() async { await reviewing() }

    /// Stops the hub and returns when it has ended.
    func stop() async {
        running.cancel()
        _ = await running.result
    }

    deinit {
        running.cancel()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A browser that has opened nothing yet.
    func browser() -> Browser { Browser(socket: directory + "/hub.sock") }

    /// A browser that `account` is logged in with, without PAM.
    func browser(loggedInAs account: String) async throws -> Browser {
        try await accounts.noteLogin(name: account, uid: 1001, fullName: "", admin: false)
        let (secret, session) = try await accounts.openSession(
            account: account, address: "192.0.2.1", userAgent: "Firefox/1 Linux", login: "pam-\(account)")
        let browser = browser()
        browser.setCookie("__Host-berth-session", secret)
        browser.csrf = session.csrf
        return browser
    }

    static func environment(_ name: String) -> EnvironmentSummary {
        EnvironmentSummary(
            name: name, build: "abcdef0123456789", created: 1_700_000_000, packages: 12, size: 3 << 20, python: "3.12.1", jupyter: .server,
            notices: [])
    }
}
