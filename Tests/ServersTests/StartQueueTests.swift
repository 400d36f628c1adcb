import Foundation
import LauncherProtocol
import Logging
import Synchronization
import Testing

@testable import Servers

/// First come, first served; and nobody stands in the way of those who want something else.
@Suite struct StartQueueTests {
    private func id(_ owner: String) -> ServerID { ServerID(owner: owner) }

    private func queue(_ places: (String, Set<String>?)...) -> StartQueue {
        var queue = StartQueue()
        for (owner, pool) in places { queue.join(id(owner), pool: pool) }
        return queue
    }

    private func position(_ queue: StartQueue, _ owner: String) -> [Int]? {
        queue.place(of: id(owner)).map { [$0.position, $0.length] }
    }

    @Test func isALine() {
        var queue = queue(("ada", ["1", "2"]), ("bob", ["2", "1"]), ("eve", ["1", "2"]))
        #expect(position(queue, "ada") == [1, 3] && position(queue, "bob") == [2, 3] && position(queue, "eve") == [3, 3])
        #expect(queue.first == [id("ada")])
        // Who asks again keeps the place.
        queue.join(id("ada"), pool: ["2"])
        #expect(position(queue, "ada") == [1, 3] && queue.places[0].pool == ["2"])
        queue.leave(id("ada"))
        #expect(position(queue, "ada") == nil && position(queue, "eve") == [2, 2] && queue.first == [id("bob")])
        queue.leave(id("nobody"))
        #expect(queue.places.count == 2)
    }

    @Test func differentGPUsAreDifferentLines() {
        let queue = queue(("ada", ["1"]), ("bob", ["2"]), ("eve", ["1", "2"]), ("max", ["3"]))
        #expect(queue.first == [id("ada"), id("bob"), id("max")])
        #expect(position(queue, "eve") == [3, 3] && position(queue, "max") == [1, 1])
    }

    @Test func whatIsNotKnownCompetesWithAll() {
        let queue = queue(("ada", nil), ("bob", ["2"]))
        #expect(queue.first == [id("ada")] && position(queue, "bob") == [2, 2])
        #expect(StartQueue().isEmpty && StartQueue().first == [])
    }
}

/// The queue with a launcher whose GPUs the test gives and takes.
@Suite(.timeLimit(.minutes(5))) struct WaitingStartTests {
    private let launcher = GPULauncher(gpus: ["1"])

    private func servers() -> Servers { Servers(launcher: launcher, startTimeout: 30, logger: Logger(label: "test")) }

    /// Waits until a start of `owner` says `words`.
    private func wait(_ servers: Servers, _ owner: String, for words: String) async -> Bool {
        for await event in servers.events(of: ServerID(owner: owner)) {
            if case .progress(let step) = event, step.message.english.contains(words) { return true }
        }
        return false
    }

    @Test func thoseWhoWaitAreServedInTurn() async throws {
        let servers = servers()
        servers.start(ServerID(owner: "ada"), profile: "gpu", environment: nil)
        #expect(await wait(servers, "ada", for: "JupyterLab is starting"))
        servers.start(ServerID(owner: "bob"), profile: "gpu", environment: nil)
        #expect(await wait(servers, "bob", for: "you are next"))
        servers.start(ServerID(owner: "eve"), profile: "gpu", environment: nil)
        #expect(await wait(servers, "eve", for: "number 2 of 2"))
        #expect(servers.status(of: ServerID(owner: "eve")).isQueued && servers.waitingStarts == 2)
        // Who needs no GPU does not wait.
        servers.start(ServerID(owner: "max"), profile: "cpu", environment: nil)
        #expect(await wait(servers, "max", for: "JupyterLab is starting"))

        try await servers.stop(ServerID(owner: "ada"))
        #expect(await wait(servers, "bob", for: "JupyterLab is starting"))
        #expect(await wait(servers, "eve", for: "you are next"))
        #expect(servers.status(of: ServerID(owner: "eve")).isQueued)
        try await servers.stop(ServerID(owner: "bob"))
        #expect(await wait(servers, "eve", for: "JupyterLab is starting"))
        #expect(servers.waitingStarts == 0)
        #expect(launcher.served == ["ada", "max", "bob", "eve"])
    }

    @Test func thePlacesOutliveARestart() async throws {
        let kept = Mutex<[[StartServer]]>([])
        let first = servers()
        first.onWaiting { calls in kept.withLock { $0.append(calls) } }
        for (owner, words) in [("ada", "JupyterLab is starting"), ("bob", "you are next"), ("eve", "number 2")] {
            first.start(ServerID(owner: owner), profile: "gpu", environment: owner + "s")
            #expect(await wait(first, owner, for: words))
        }
        let waiting = try #require(kept.withLock { $0.last })
        #expect(waiting.map(\.id.owner) == ["bob", "eve"] && waiting.map(\.environment) == ["bobs", "eves"])

        // Another gateway, while ada's server runs on.
        let second = servers()
        second.resume(waiting)
        #expect(await wait(second, "eve", for: "number 2 of 2"))
        #expect(await wait(second, "bob", for: "you are next"))
        launcher.free(ServerID(owner: "ada"))
        second.waiting.wake()
        #expect(await wait(second, "bob", for: "JupyterLab is starting"))
        #expect(await wait(second, "eve", for: "you are next"))
    }

    @Test func whoGivesUpMakesRoomForTheNext() async throws {
        let servers = servers()
        for owner in ["ada", "bob", "eve"] {
            servers.start(ServerID(owner: owner), profile: "gpu", environment: nil)
            let words = ["ada": "JupyterLab is starting", "bob": "you are next", "eve": "number 2"]
            #expect(await wait(servers, owner, for: words[owner] ?? ""))
        }
        try await servers.stop(ServerID(owner: "bob"))
        #expect(servers.status(of: ServerID(owner: "bob")).state == .stopped)
        #expect(await wait(servers, "eve", for: "you are next"))
        try await servers.stop(ServerID(owner: "ada"))
        #expect(await wait(servers, "eve", for: "JupyterLab is starting"))
        #expect(launcher.served == ["ada", "eve"])
    }
}
