import Foundation
import LauncherProtocol
import Logging
import Synchronization
import Testing

@testable import Servers

/// From a server that answers to its end, with times that the test tells.
@Suite(.timeLimit(.minutes(5))) struct CullTests {
    private let launcher = FakeLauncher()
    private let id = ServerID(owner: "alice")
    private let rules = CullJudgement.Rules(after: 100, maxAge: nil, warning: 20, countsConnections: true)
    private let idle = JupyterReport(lastActivity: nil, lastWork: nil, busyKernels: 0)

    private func ready() async throws -> (Servers, ServerRecord, JupyterStandIn) {
        let jupyter = try JupyterStandIn()
        try jupyter.listen(answering: JupyterStandIn.ok)
        let servers = Servers(launcher: launcher, startTimeout: 30, logger: Logger(label: "test"))
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        try launcher.start().answer(.success(jupyter.record()))
        for await _ in servers.events(of: id) {}
        return (servers, try #require(servers.status(of: id).ready), jupyter)
    }

    @Test func isWarnedOfKeptAndWarnedOfAgain() async throws {
        let (servers, record, _) = try await ready()
        #expect(servers.judge(record, idle, rules, at: 50) == .leave)
        #expect(servers.status(of: id).ending == nil)
        #expect(servers.judge(record, idle, rules, at: 85) == .warn(at: 105, .idle))
        #expect(servers.status(of: id).ending == ServerEnding(at: 105, reason: .idle))
        servers.keep(id, at: 90)
        #expect(servers.status(of: id).ending == nil && servers.status(of: id).lastActivity == 90)
        #expect(servers.judge(record, idle, rules, at: 106) == .leave)
        #expect(servers.judge(record, idle, rules, at: 170) == .warn(at: 190, .idle))
        servers.noteTraffic([id], at: 171)
        #expect(servers.judge(record, idle, rules, at: 190) == .leave)
        #expect(servers.status(of: id).lastActivity == 171)
        #expect(servers.judge(record, idle, rules, at: 260) == .warn(at: 280, .idle))
        #expect(servers.judge(record, idle, rules, at: 280) == .stop(.idle))
    }

    @Test func keepingDoesNotHelpAgainstAge() async throws {
        let (servers, record, _) = try await ready()
        var rules = rules
        rules.maxAge = 50
        #expect(servers.judge(record, idle, rules, at: 40) == .warn(at: 60, .age))
        servers.keep(id, at: 41)
        #expect(servers.status(of: id).ending?.reason == .age)
        #expect(servers.judge(record, idle, rules, at: 60) == .stop(.age))
    }

    @Test func whatIsNotThisContainerIsLeftAlone() async throws {
        let (servers, _, jupyter) = try await ready()
        let old = jupyter.record(container: "c0")
        #expect(servers.judge(old, idle, rules, at: 1e6) == .leave)
        #expect(servers.status(of: id).ending == nil)
    }

    @Test func oneThatIsDueIsStoppedAndTold() async throws {
        let (servers, _, jupyter) = try await ready()
        let told = Mutex<[String]>([])
        let rules = CullJudgement.Rules(after: nil, maxAge: 1, warning: 0, countsConnections: true)
        async let culling: Void = servers.cull(
            rules: { _ in rules }, culled: { record, reason in told.withLock { $0.append("\(record.container) \(reason)") } })
        #expect(await launcher.next("server.stop"))
        try launcher.stop().answer(.success(Done()))
        await culling
        #expect(told.withLock { $0 } == ["c1 age"])
        #expect(servers.status(of: id).state == .stopped)
        _ = jupyter
    }

    @Test func whereNobodyKnowsTheRulesNothingIsStopped() async throws {
        let (servers, _, jupyter) = try await ready()
        await servers.cull(rules: { _ in nil }, culled: { _, _ in Issue.record("it was stopped") })
        #expect(servers.status(of: id).ready != nil)
        _ = jupyter
    }
}
