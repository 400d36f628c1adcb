import Configuration
import Curl
import Docker
import Foundation
import LauncherProtocol
import Logging
import Synchronization
import Testing

@testable import Spawner

/// A throw-away installation on this host's engine, with an account of its own.
/// Needs root and the trial image (`config/images/build.sh trial`).
final class Site: Sendable {
    let account: Account
    let configuration: BerthConfiguration
    let engine: Engine
    let environments = Mutex<[String: EnvironmentMount]>([:])
    /// For each environment that was let go of, how many containers there were.
    let released = Mutex<[Int]>([])
    let folder: String
    static let gatewayGID: UInt32 = 64_200

    init(_ change: (inout BerthConfiguration) -> Void = { _ in }) throws {
        let tag = UUID().uuidString.prefix(8).lowercased()
        folder = "/var/tmp/berth-spawner-\(tag)"
        let name = "bt\(tag)"
        try Self.shell("groupadd \(name)x; useradd --create-home --shell /bin/bash --comment 'Test Person' --groups \(name)x \(name)")
        let identifiers = try Self.shell("id -u \(name); id -g \(name); getent group \(name)x | cut -d: -f3").split(separator: "\n")
            .compactMap { UInt32($0) }
        try #require(identifiers.count == 3)
        account = Account(
            name: name, uid: identifiers[0], gid: identifiers[1],
            groups: [.init(name: name, gid: identifiers[1]), .init(name: name + "x", gid: identifiers[2])],
            fullName: "Test Person", home: "/home/\(name)", shell: "/usr/bin/no-such-shell")
        var configuration = BerthConfiguration()
        configuration.state = folder + "/state"
        configuration.runtime = folder + "/run"
        configuration.allowedImages = ["berth/*", "127.0.0.1:1/*"]
        configuration.profiles[0].image = "berth/trial:1"
        configuration.engine.network = "berth-test-\(tag)"
        change(&configuration)
        self.configuration = configuration
        engine = Engine(socket: configuration.engine.socket, logger: Logger(label: "test"))
        try FileManager.default.createDirectory(atPath: configuration.runtime + "/servers", withIntermediateDirectories: true)
    }

    /// Runs `body` and clears up after it, whatever happens.
    static func run(_ change: (inout BerthConfiguration) -> Void = { _ in }, _ body: (Site) async throws -> Void) async throws {
        let site = try Site(change)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(site)) } catch { outcome = .failure(error) }
        try await site.clear()
        try outcome.get()
    }

    func clear() async throws {
        for container in try await engine.containers(labels: ["\(ServerLabels.installation)=\(configuration.state)"]) {
            try await engine.remove(container, force: true)
        }
        try await engine.removeNetwork(configuration.engine.network)
        try Self.shell("userdel --remove \(account.name) 2>/dev/null; groupdel \(account.name)x; rm -rf \(folder)")
    }

    /// A launcher's spawner; each one knows only what the engine tells it.
    func spawner() -> Spawner {
        Spawner(
            engine: engine, configuration: configuration, gatewayGID: Self.gatewayGID,
            resolveEnvironment: { [self] _, name, _ throws(LauncherError) in
                let mount = environments.withLock { $0[name ?? ""] }
                if let name, mount == nil { throw LauncherError(.notFound, "No environment “\(name)”.") }
                return mount.map { HeldEnvironment($0) { [self] in await noteRelease() } }
            }, logger: Logger(label: "test"))
    }

    private func noteRelease() async {
        let containers = (try? await engine.containers(labels: ["\(ServerLabels.installation)=\(configuration.state)"])) ?? []
        released.withLock { $0.append(containers.count) }
    }

    var id: ServerID { ServerID(owner: account.name) }

    func start(_ spawner: Spawner, name: String = "", environment: String? = nil) async throws -> ServerRecord {
        try await spawner.start(
            account: account, call: StartServer(id: ServerID(owner: account.name, name: name), profile: nil, environment: environment)
        ) { _ in }
    }

    /// Waits until Jupyter answers on its socket, woken by the socket's appearance.
    func waitUntilServing(_ record: ServerRecord) async throws {
        let appeared = await offPool { Self.waitForFile(record.socketDirectory, record.socketName) }
        guard appeared else {
            let log = try await engine.logLines(of: record.container, last: 20).map(\.text)
            Issue.record("No socket:\n\(log.joined(separator: "\n"))")
            return
        }
        // A moment lies between a socket's name and its listening.
        for _ in 0..<10_000 {
            do {
                _ = try await ask(record, "/", auth: nil)
                return
            } catch let error as TransferError where error.kind == .unreachable {
                await Task.yield()
            }
        }
        Issue.record("The socket is there and nobody listens.")
    }

    /// inotify(7); false after half a minute.
    private static func waitForFile(_ folder: String, _ name: String) -> Bool {
        let watch = inotify_init1(Int32(IN_CLOEXEC))
        defer { close(watch) }
        guard inotify_add_watch(watch, folder, UInt32(IN_CREATE)) >= 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while access(folder + "/" + name, F_OK) != 0 {
            var waiting = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 120_000) > 0, read(watch, &buffer, buffer.count) > 0 else { return false }
        }
        return true
    }

    /// Asks the server as the gateway does.
    func ask(
        _ record: ServerRecord, _ path: String, method: String = "GET", auth: String? = "cookie", json: String? = nil,
        headers: [(name: String, value: String)] = []
    ) async throws -> Response {
        var request = Request("http://hub.example.org\(path)", method: method)
        request.socket = record.socketDirectory + "/" + record.socketName
        request.headers = headers
        request.timeout = .seconds(30)
        if let auth {
            request.headers += [("X-Berth-Secret", record.secret), ("X-Berth-User", account.name), ("X-Berth-Auth", auth)]
        }
        request.body = json.map { Array($0.utf8) }
        return try await Client().perform(request)
    }

    /// Runs a command in the server's container.
    func inside(_ record: ServerRecord, _ command: String) throws -> String {
        try Self.shell("docker exec \(record.container) sh -c '\(command)'")
    }

    @discardableResult
    static func shell(_ command: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: NSDictionary? { try? JSONSerialization.jsonObject(with: Data(body)) as? NSDictionary }
}
