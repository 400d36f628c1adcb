import Foundation
import Logging
import Synchronization
import Testing

@testable import Docker

/// Images, networks, volumes and events of this host's engine.
@Suite struct EngineTests {
    private let engine = Engine(socket: "/var/run/docker.sock", logger: Logger(label: "test"))
    private let name = "berth-test-\(UUID().uuidString.prefix(8).lowercased())"

    @Test func knowsItsImages() async throws {
        #expect(try await engine.hasImage("berth/builder:1"))
        #expect(try await !engine.hasImage("berth/nothing:0"))
        #expect(try await engine.imageTags().contains("berth/builder:1"))
        #expect(try await engine.info().memory > 0)
    }

    /// Nothing listens on port 1 of this host.
    @Test func saysWhyAPullFailed() async throws {
        let error = await #expect(throws: DockerError.self) { try await engine.pull("127.0.0.1:1/nothing:1") { _ in } }
        guard case .pullFailed("127.0.0.1:1/nothing:1", let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("connection refused"))
    }

    @Test func makesAndRemovesNetworksAndVolumes() async throws {
        #expect(try await !engine.hasNetwork(name))
        try await engine.createIsolatedBridge(name)
        try await engine.createIsolatedBridge(name)
        #expect(try await engine.hasNetwork(name))
        try await engine.removeNetwork(name)
        try await engine.removeNetwork(name)
        #expect(try await !engine.hasNetwork(name))
        try await engine.createVolume(name, labels: ["org.berth.test": name])
        #expect(try await engine.volumes(labels: ["org.berth.test=\(name)"]) == [name: [:]])
        try await engine.removeVolume(name)
        try await engine.removeVolume(name)
    }

    /// One container serves and reaches itself; its neighbour on the same bridge finds it and can't reach it.
    @Test func neighboursCantReachEachOther() async throws {
        try await engine.createIsolatedBridge(name)
        var serving = ContainerSpec(
            image: "berth/builder:1",
            command: [
                "python3", "-uc",
                """
                import http.server, socket, threading, urllib.request
                server = http.server.ThreadingHTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler)
                threading.Thread(target=server.serve_forever).start()
                print("up", urllib.request.urlopen(f"http://{socket.gethostname()}:8000/").status)
                """,
            ])
        (serving.network, serving.hostname) = (name, name)
        let (lines, sink) = AsyncStream.makeStream(of: String.self)
        let neighbour = Task { [engine, name, serving] in try await engine.run(serving, named: name) { sink.yield($0.text) } }
        for await line in lines where line.contains("up") {
            #expect(line == "up 200")
            break
        }
        var asking = ContainerSpec(
            image: "berth/builder:1",
            command: [
                "python3", "-c",
                """
                import socket
                address = socket.gethostbyname("\(name)")
                try:
                    socket.create_connection((address, 8000), timeout=2)
                    print("reached")
                except OSError as error:
                    print("blocked")
                """,
            ])
        asking.network = name
        let answers = Mutex<[String]>([])
        _ = try await engine.run(asking, named: name + "-asks") { line in answers.withLock { $0.append(line.text) } }
        #expect(answers.withLock { $0 } == ["blocked"])
        neighbour.cancel()
        _ = await neighbour.result
        try await engine.removeNetwork(name)
    }

    @Test func reportsTheLifeOfAContainerEvenAfterwards() async throws {
        let before = Date().timeIntervalSince1970
        var spec = ContainerSpec(image: "berth/builder:1", command: ["true"])
        spec.labels = ["org.berth.test": name]
        _ = try await engine.run(spec, named: name) { _ in }
        var filter = Engine.EventFilter()
        filter.labels = ["org.berth.test=\(name)"]
        filter.actions = ["create", "start", "die", "destroy"]
        var actions: [String] = []
        try await engine.followEvents(filter, since: before) { event in
            actions.append(event.action)
            #expect(event.attributes["org.berth.test"] == name)
            return event.action != "destroy"
        }
        #expect(actions == ["create", "start", "die", "destroy"])
    }

    @Test func findsContainersByLabelAndRemovesTwice() async throws {
        var spec = ContainerSpec(image: "berth/builder:1", command: ["sleep", "600"])
        spec.labels = ["org.berth.test": name]
        let container = try await engine.create(spec, named: name)
        await #expect(throws: DockerError.self) { try await engine.create(spec, named: name) }
        try await engine.start(container)
        try await engine.start(container)
        #expect(try await engine.containers(labels: ["org.berth.test=\(name)"]) == [container])
        let details = try await engine.inspect(name)
        #expect(details.state.running && details.id == container && details.name == name)
        #expect(abs(details.state.started - Date().timeIntervalSince1970) < 60)
        try await engine.kill(container)
        #expect(try await engine.wait(for: container) == 137)
        async let one: Void = engine.remove(container, force: true)
        async let other: Void = engine.remove(container, force: true)
        _ = try await (one, other)
        #expect(try await engine.containers(labels: ["org.berth.test=\(name)"]) == [])
    }
}
