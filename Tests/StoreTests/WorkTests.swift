import Configuration
import Foundation
import LauncherProtocol
import Logging
import Synchronization
import Testing

@testable import Store

/// How many builds are done at a time.
@Suite(.timeLimit(.minutes(5))) struct WorkTests {
    private static func limits(account: Int, host: Int) -> BuildsAtOnce {
        var limits = BuildsAtOnce()
        (limits.account, limits.host) = (account, host)
        return limits
    }

    @Test("First come, first served, but nobody's third keeps others from their first")
    func order() {
        var queue = WorkQueue(limits: Self.limits(account: 2, host: 3))
        let ids = [1, 1, 1, 1, 2, 2, 3].map { queue.join($0) }
        #expect(queue.admit() == [ids[0], ids[1], ids[4]])
        #expect(queue.admit() == [])
        // The host is full: all of those before are before.
        #expect(queue.places.map(\.id) == [ids[2], ids[3], ids[5], ids[6]])
        #expect(queue.places.map(\.ahead) == [3, 4, 5, 6])
        queue.leave(ids[4])
        #expect(queue.admit() == [ids[5]])
        queue.leave(ids[5])
        queue.leave(ids[6])
        // There is room, but none for this account: its own alone are before.
        #expect(queue.admit() == [] && queue.places.map(\.ahead) == [2, 3])
        queue.leave(ids[2])
        #expect(queue.places.map(\.id) == [ids[3]])
        queue.leave(ids[0])
        #expect(queue.admit() == [ids[3]] && queue.places.isEmpty)
    }

    @Test("One whose caller hangs up waits no longer and keeps nobody")
    func givenUp() async throws {
        let places = WorkPlaces(limits: Self.limits(account: 1, host: 1))
        let (waits, waiting) = AsyncStream.makeStream(of: String.self)
        let gate = Gate()
        let first = Task { try await places.take(for: 1, progress: { _ in }) { () async throws(StoreError) in await gate.wait() } }
        await gate.entered(1)
        let second = Task { try await places.take(for: 2, progress: { waiting.yield($0.message.english) }) { 2 } }
        var messages = waits.makeAsyncIterator()
        #expect(await messages.next() == "Waiting for a build before yours")
        let third = Task { try await places.take(for: 3, progress: { waiting.yield($0.message.english) }) { 3 } }
        #expect(await messages.next() == "Waiting for 2 builds before yours")
        second.cancel()
        await #expect(throws: StoreError.self) { try await second.value }
        #expect(await messages.next() == "Waiting for a build before yours")
        gate.open()
        try await first.value
        #expect(try await third.value == 3)
    }

    @Test("However many solves an account asks for, no more containers run than it may have")
    func containers() async throws {
        var configuration = BerthConfiguration()
        configuration.state = "/var/tmp/berth-work-\(UUID().uuidString.prefix(8))"
        configuration.environments.buildsAtOnce = Self.limits(account: 2, host: 3)
        configuration.environments.solverWaits = .off
        defer { try? FileManager.default.removeItem(atPath: configuration.state) }
        let gate = Gate()
        let store = Store(configuration: configuration, containers: GatedContainers(gate), logger: Logger(label: "test"))
        try store.layout.prepare(builderUID: 0, gitUID: 64_103)
        let (waits, waiting) = AsyncStream.makeStream(of: BuildProgress.self)
        let solves = ([1, 1, 1, 2] as [UInt32]).map { uid in
            Task {
                try await store.solve("dependencies: [python]\n", by: uid) { if $0.phase == .waiting { waiting.yield($0) } }
            }
        }
        await gate.entered(3)
        for await wait in waits {
            #expect(wait.message == "Waiting for 2 builds before yours" || wait.message == "Waiting for 3 builds before yours")
            break
        }
        #expect(gate.most == 3)
        gate.open()
        for solve in solves { await #expect(throws: StoreError.self) { _ = try await solve.value } }
        #expect(gate.count == 4 && gate.most == 3)
    }

    /// Where work waits until the test lets it go on; counts who is in it.
    private final class Gate: Sendable {
        private struct State {
            var isOpen = false
            var inside: [CheckedContinuation<Void, Never>] = []
            var count = 0
            var now = 0
            var most = 0
            var watchers: [(count: Int, CheckedContinuation<Void, Never>)] = []
        }

        private let state = Mutex(State())

        var count: Int { state.withLock(\.count) }
        var most: Int { state.withLock(\.most) }

        func wait() async {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    state.count += 1
                    state.now += 1
                    state.most = max(state.most, state.now)
                    if !state.isOpen { state.inside.append(continuation) }
                    let ready = state.watchers.filter { $0.count <= state.count }.map(\.1)
                    state.watchers.removeAll { $0.count <= state.count }
                    return ready + (state.isOpen ? [continuation] : [])
                }
                for continuation in ready { continuation.resume() }
            }
            state.withLock { $0.now -= 1 }
        }

        /// Waits until so many have come.
        func entered(_ count: Int) async {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if state.count < count { state.watchers.append((count, continuation)) }
                    return state.count >= count
                }
                if isThere { continuation.resume() }
            }
        }

        func open() {
            let inside = state.withLock { state in
                state.isOpen = true
                defer { state.inside = [] }
                return state.inside
            }
            for continuation in inside { continuation.resume() }
        }
    }

    /// A fake engine: every step waits at the gate, and then fails.
    private struct GatedContainers: BuildContainers {
        let gate: Gate
        init(_ gate: Gate) { self.gate = gate }

        func run(_ job: BuildJob, onLine: @escaping @Sendable (BuildLine) -> Void) async throws(BuildContainerError) -> BuildExit {
            await gate.wait()
            throw BuildContainerError("There is no engine.")
        }
        func removeLeftovers() async {}
        func identity(ofImage name: String) async -> String? { nil }
    }
}
