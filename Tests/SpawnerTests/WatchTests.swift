import Docker
import LauncherProtocol
import Logging
import Testing

@testable import Spawner

/// What a watcher is told, with the engine's real events.
@Suite struct WatchTests {
    private static func next(_ changes: inout AsyncStream<ServerChange>.Iterator) async throws -> ServerChange {
        try #require(await changes.next())
    }

    @Test func tellsTheWholeLife() async throws {
        try await Site.run { site in
            let spawner = site.spawner()
            let first = try await site.start(spawner)
            let (stream, sink) = AsyncStream.makeStream(of: ServerChange.self)
            let watcher = Task { await spawner.watch { sink.yield($0) } }
            var changes = stream.makeAsyncIterator()
            #expect(try await Self.next(&changes) == .running(first))
            #expect(try await Self.next(&changes) == .settled)

            // It is killed by somebody else.
            try await site.engine.kill(first.container)
            guard case .exited(site.id, let reason, _, _) = try await Self.next(&changes) else {
                Issue.record("no exit was told")
                return
            }
            #expect(reason.english.contains("signal 9"))
            // Started again: the dead container goes without a word.
            let second = try await site.start(spawner)
            #expect(second.container != first.container && second.secret != first.secret)
            #expect(try await Self.next(&changes) == .running(second))
            // Stopped on purpose: that is no exit.
            try await spawner.stop(site.id)
            #expect(try await Self.next(&changes) == .removed(site.id))
            watcher.cancel()
            await watcher.value
        }
    }

    @Test func saysThatThereIsNoJupyter() async throws {
        try await Site.run({ $0.profiles[0].image = "berth/builder:1" }) { site in
            let spawner = site.spawner()
            let record = try await site.start(spawner)
            #expect(try await site.engine.wait(for: record.container) == StartScript.noJupyterStatus)
            let (stream, sink) = AsyncStream.makeStream(of: ServerChange.self)
            let watcher = Task { await spawner.watch { sink.yield($0) } }
            var changes = stream.makeAsyncIterator()
            // One that ended before anybody watched is told too.
            guard case .exited(site.id, let reason, let log, _) = try await Self.next(&changes) else {
                Issue.record("no exit was told")
                return
            }
            #expect(reason.english.hasPrefix("Neither the image nor the environment has Jupyter"))
            #expect(reason.english.contains("add `jupyterlab` to the recipe's dependencies or choose another image"))
            #expect(log == [StartScript.noJupyterMark])
            #expect(try await spawner.log(site.id, lines: 10) == log)
            watcher.cancel()
            await watcher.value
        }
    }

    @Test func saysThatMemoryRanOut() async throws {
        try await Site.run({ $0.profiles[0].memory = 24 << 20 }) { site in
            let spawner = site.spawner()
            let record = try await site.start(spawner)
            #expect(try await site.engine.wait(for: record.container) == 137)
            let (stream, sink) = AsyncStream.makeStream(of: ServerChange.self)
            let watcher = Task { await spawner.watch { sink.yield($0) } }
            var changes = stream.makeAsyncIterator()
            guard case .exited(_, let reason, _, _) = try await Self.next(&changes) else {
                Issue.record("no exit was told")
                return
            }
            #expect(reason.english.contains("ran out of memory"))
            watcher.cancel()
            await watcher.value
        }
    }

    /// The engine goes away and comes back; what happened meanwhile is told afterwards.
    @Test func carriesOnWhenTheEngineRestarts() async throws {
        try await Site.run { site in
            let record = try await site.start(site.spawner())
            let front = try EngineFront()
            let (stream, sink) = AsyncStream.makeStream(of: ServerChange.self)
            let watching = Spawner(
                engine: Engine(socket: front.socket, logger: Logger(label: "test")), configuration: site.configuration, gatewayGID: 0,
                resolveEnvironment: { _, _, _ throws(LauncherError) in throw LauncherError(.notFound, "none") },
                logger: Logger(label: "test"))
            let watcher = Task { await watching.watch { sink.yield($0) } }
            var changes = stream.makeAsyncIterator()
            #expect(try await Self.next(&changes) == .running(record))
            #expect(try await Self.next(&changes) == .settled)
            front.stop()
            try await site.spawner().stop(site.id)
            let second = try await site.start(site.spawner(), name: "second")
            try front.start()
            #expect(try await Self.next(&changes) == .removed(site.id))
            #expect(try await Self.next(&changes) == .running(second))
            watcher.cancel()
            await watcher.value
            front.stop()
        }
    }
}
