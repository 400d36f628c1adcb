import Configuration
import Foundation
import LauncherProtocol
import Logging
import Secrets
import Synchronization
import TestHost
import Testing

@testable import Logins

/// The launcher's logins on this host: a PAM service and a runtime directory of their own.
final class LoginHost: Sendable {
    let service: PAMService
    let runtime: String
    let log = RecordedLog()
    /// Stands in the keepers' arguments, so that they can be told from other tests'.
    let tag: String
    let configuration: LoginConfiguration

    init(_ stack: String = PAMService.common, configure: (inout LoginConfiguration) -> Void = { _ in }) throws {
        service = try PAMService(stack)
        tag = service.name
        runtime = "/tmp/\(tag)"
        var configuration = LoginConfiguration()
        configuration.service = service.name
        configuration.failureDelay = 1
        configuration.deadline = 60
        configure(&configuration)
        self.configuration = configuration
    }

    deinit {
        for keeper in keepers { kill(keeper, SIGKILL) }
        try? FileManager.default.removeItem(atPath: runtime)
    }

    /// A launcher, as after a start.
    func start(running: Set<String> = []) async throws -> Logins {
        var logger = Logger(label: "test") { [log] _ in log }
        logger.logLevel = .debug
        let logins = Logins(
            configuration: configuration, runtime: runtime, keeperCommand: [Self.keeper, tag], logger: logger)
        try await logins.start()
        await logins.serversChanged(running: running)
        return logins
    }

    /// The keepers of this host's logins that run now.
    var keepers: [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.filter { process in
            let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return arguments.split(separator: 0).last.map { String(decoding: $0, as: UTF8.self) } == tag
        }
    }

    /// The sockets of the sessions that are held.
    var sockets: [String] { (try? FileManager.default.contentsOfDirectory(atPath: "\(runtime)/logins")) ?? [] }

    /// The fixture lies beside the tests' own executable.
    static let keeper = Bundle.main.bundleURL.appendingPathComponent("pam-keeper-fixture").path
}

extension Logins {
    /// Begins a login from a test address.
    func open(_ account: String, from address: String = "192.0.2.7") async -> OpenLogin.Outcome {
        await open(OpenLogin(account: account, address: address))
    }

    /// Answers the last step.
    func answer(_ login: String, _ answers: String...) async -> LoginStep {
        await answer(AnswerLogin(login: login), secrets: answers.map { Secret($0) })
    }

    /// Logs in by one password, to the end.
    func logIn(_ account: String, _ password: String, from address: String = "192.0.2.7") async -> LoginStep {
        let opened = await open(account, from: address)
        guard case .ask = opened.step else { return opened.step }
        return await answer(opened.login, password)
    }
}

extension LoginStep {
    var asked: [LoginMessage]? { if case .ask(let messages) = self { messages } else { nil } }
    var session: String? { if case .success(_, let session, _) = self { session } else { nil } }
    var account: Account? { if case .success(let account, _, _) = self { account } else { nil } }
    var messages: [LoginMessage]? { if case .success(_, _, let messages) = self { messages } else { nil } }
}

/// Waits until `condition` holds, half a minute at most.
func eventually(_ what: Comment, _ condition: () async -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while await !condition() {
        try #require(ContinuousClock.now < deadline, what)
        try await Task.sleep(for: .milliseconds(50))
    }
}

/// Whether a process exists, as a zombie at least.
func exists(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

/// What was logged.
final class RecordedLog: LogHandler, Sendable {
    private let recorded = Mutex<[(level: Logger.Level, text: String)]>([])

    var lines: [String] { recorded.withLock { $0.map { "\($0.level): \($0.text)" } } }
    func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

    func log(event: LogEvent) {
        recorded.withLock { $0.append((event.level, "\(event.message)")) }
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }
}
