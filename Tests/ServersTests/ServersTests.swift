import Foundation
import LauncherProtocol
import Logging
import Synchronization
import Testing
@testable import Servers

@Suite(.timeLimit(.minutes(5))) struct ServersTests {
    let launcher = FakeLauncher()
    let id = ServerID(owner: "alice")

    private func servers(startTimeout: Double = 30) -> Servers {
        Servers(launcher: launcher, startTimeout: startTimeout, logger: Logger(label: "test"))
    }

    /// All events to the last one.
    private func events(_ servers: Servers) async -> [ServerEvent] {
        var all: [ServerEvent] = []
        for await event in servers.events(of: id) { all.append(event) }
        return all
    }

    @Test func aStartIsReadyWhenJupyterAnswersAndNotBefore() async throws {
        let jupyter = try JupyterStandIn()
        let servers = servers()
        let published = Mutex<[[String]]>([])
        servers.onChange { ready in published.withLock { $0.append(ready.map(\.container)) } }

        servers.start(id, profile: "cpu", environment: "work")
        #expect(await launcher.next("server.start"))
        let start = try launcher.start()
        #expect(start.call.profile == "cpu" && start.call.environment == "work")
        start.progress(StartProgress(.pulling, "Pulling", fraction: 0.5))
        start.answer(.success(jupyter.record()))

        // The socket appears only now; inotify tells, nobody polls.
        var steps: [ServerEvent] = []
        for await event in servers.events(of: id) {
            steps.append(event)
            if case .progress(let step) = event, step.phase == .waiting { try jupyter.listen(answering: JupyterStandIn.ok) }
        }
        #expect(
            steps == [
                .progress(ServerStep(phase: .pulling, message: "Pulling", percent: 42)),
                .progress(ServerStep(phase: .waiting, message: "JupyterLab is starting", percent: 85)), .ready,
            ])
        #expect(servers.status(of: id).ready == jupyter.record())
        #expect(published.withLock { $0 } == [[], ["c1"]])
        #expect(jupyter.request.hasPrefix("GET /user/alice/api HTTP/1.1\r\n"))
        for header in ["X-Berth-Secret: the-secret", "X-Berth-User: alice", "X-Berth-Auth: token"] {
            #expect(jupyter.request.contains("\r\n\(header)\r\n"))
        }
        // Whoever comes late is told everything.
        #expect(await events(servers) == steps)
    }

    @Test func aRefusedStartTellsTheReason() async throws {
        let servers = servers()
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        try launcher.start().answer(.failure(LauncherError(.failed, "The image is missing.", log: ["no such image"])))
        let failure = ServerFailure(reason: "The image is missing.", log: ["no such image"])
        #expect(await events(servers) == [.failed(failure)])
        #expect(servers.status(of: id).failure == failure)
    }

    @Test func aContainerThatEndsFailsTheStartWithItsLog() async throws {
        let jupyter = try JupyterStandIn()
        let servers = servers()
        let watching = Task { await servers.run() }
        defer { watching.cancel() }
        #expect(await launcher.next("server.watch"))
        let watch = try launcher.watch()
        watch.progress(.settled)
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        try launcher.start().answer(.success(jupyter.record()))
        for await event in servers.events(of: id) {
            if case .progress = event {
                watch.progress(.exited(id, reason: "It ended with status 1.", log: ["No module named jupyterlab"]))
            }
            if case .failed(let failure) = event {
                #expect(failure == ServerFailure(reason: "It ended with status 1.", log: ["No module named jupyterlab"]))
            }
        }
        #expect(servers.status(of: id).failure != nil)
    }

    @Test func whoeverDoesNotAnswerIsToldFailedWithTheLogAndCleared() async throws {
        let jupyter = try JupyterStandIn()
        launcher.setLog(["still importing"])
        try jupyter.listen(answering: nil)
        let servers = servers(startTimeout: 0.3)
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        try launcher.start().answer(.success(jupyter.record()))
        guard case .failed(let failure) = await events(servers).last else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.reason.english.contains("did not answer within"))
        #expect(failure.log == ["still importing"])
        #expect(await launcher.next("server.stop"))
        #expect(try launcher.stop().call.id == id)
    }

    @Test func anotherUsersListenerIsRefused() async throws {
        let jupyter = try JupyterStandIn()
        try jupyter.listen(answering: JupyterStandIn.ok)
        let servers = servers()
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        try launcher.start().answer(.success(jupyter.record(uid: getuid() + 4711)))
        guard case .failed(let failure) = await events(servers).last else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.reason.english.contains("UID"))
        #expect(jupyter.request.isEmpty, "the secret was sent to a stranger")
    }

    @Test func anAnswerThatIsNotJupytersIsNotReady() async throws {
        let jupyter = try JupyterStandIn()
        try jupyter.listen(answering: "HTTP/1.1 404 Not Found\r\n\r\n")
        let servers = servers()
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        try launcher.start().answer(.success(jupyter.record()))
        guard case .failed(let failure) = await events(servers).last else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.reason.english.contains("404"))
    }

    @Test func aStopGivesTheStartUpAndWaitsForTheEnd() async throws {
        let servers = servers()
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        let stopping = Task { try await servers.stop(id) }
        #expect(await launcher.next("server.stop"))
        #expect(servers.status(of: id).isStopping)
        try launcher.stop().answer(.success(Done()))
        try await stopping.value
        #expect(servers.status(of: id).state == .stopped)
        // Nothing late of the abandoned start comes through.
        servers.start(id, profile: nil, environment: nil)
        #expect(await launcher.next("server.start"))
        #expect(servers.status(of: id).isStarting)
    }

    @Test func runningServersAreAdoptedAndGoneOnesForgotten() async throws {
        let jupyter = try JupyterStandIn()
        try jupyter.listen(answering: JupyterStandIn.ok)
        let servers = servers()
        let watching = Task { await servers.run() }
        defer { watching.cancel() }
        #expect(await launcher.next("server.watch"))
        let watch = try launcher.watch()
        watch.progress(.running(jupyter.record()))
        watch.progress(.settled)
        await servers.settled(within: 30)
        #expect(servers.ready == [jupyter.record()])
        #expect(servers.status(of: id).profile == "cpu")

        // The launcher is restarted; in the meantime the server was removed by hand.
        watch.answer(.failure(LauncherError(.unavailable, "restarted")))
        #expect(await launcher.next("server.watch"))
        try launcher.watch().progress(.settled)
        #expect(servers.ready.isEmpty)
        #expect(servers.status(of: id).state == .stopped)
    }

    @Test func aFollowerThatLeavesIsForgotten() async {
        let history = EventHistory<Int>(limit: 2)
        for number in 1...3 { history.tell(number) }
        #expect(history.past == [2, 3])
        var seen: [Int] = []
        for await number in history.follow() {
            seen.append(number)
            if number == 3 { history.tell(4, last: true) }
        }
        history.tell(5)
        #expect(seen == [2, 3, 4])
        #expect(history.past == [3, 4])
    }
}
