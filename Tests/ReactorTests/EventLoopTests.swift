import Glibc
import Synchronization
import Testing

@testable import Reactor

/// Tells a test what happened on a loop.
private final class Recorder: EventSource {
    var onReady: (ReadyEvents) -> Void = { _ in }
    var onDeadline: () -> Void = {}
    override func ready(_ events: ReadyEvents) { onReady(events) }
    override func deadlinePassed() { onDeadline() }
}

@Suite("The event loop")
struct EventLoopTests {
    /// Runs `body` on a loop's thread; it ends by calling the closure it gets.
    private func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (EventLoop, @escaping @Sendable (Value) -> Void) -> Void
    ) async throws -> Value {
        let loop = try EventLoop()
        try loop.start(named: "test-loop")
        let value = await withCheckedContinuation { continuation in
            loop.post { body(loop) { continuation.resume(returning: $0) } }
        }
        loop.post { loop.stop() }
        return value
    }

    @Test("posted work runs in its order")
    func posting() async throws {
        let order: [Int] = try await onLoop { loop, done in
            let box = Box()
            for number in 0..<100 { loop.post { box.value.withLock { $0.append(number) } } }
            loop.post { done(box.value.withLock { $0 }) }
        }
        #expect(order == Array(0..<100))
    }

    @Test("deadlines come in the order of their times; a later one replaces an earlier one")
    func deadlines() async throws {
        let order: [String] = try await onLoop { loop, done in
            var order: [String] = []
            func timer(_ name: String) -> Recorder {
                let recorder = Recorder(descriptor: -1)
                recorder.onDeadline = {
                    order.append(name)
                    if order.count == 3 { done(order) }
                }
                try! loop.add(recorder)
                return recorder
            }
            let (late, early, moved, cleared) = (timer("late"), timer("early"), timer("moved"), timer("cleared"))
            loop.setDeadline(of: late, after: 0.04)
            loop.setDeadline(of: early, after: 0.02)
            loop.setDeadline(of: moved, after: 0.01)
            loop.setDeadline(of: moved, after: 0.06)
            loop.setDeadline(of: cleared, after: 0.01)
            loop.clearDeadline(of: cleared)
        }
        #expect(order == ["early", "late", "moved"])
    }

    @Test("a deadline that is drawn nearer comes at the nearer time")
    func nearer() async throws {
        let order: [String] = try await onLoop { loop, done in
            var order: [String] = []
            let (a, b) = (Recorder(descriptor: -1), Recorder(descriptor: -1))
            a.onDeadline = { order.append("a") }
            b.onDeadline = {
                order.append("b")
                done(order)
            }
            try! loop.add(a)
            try! loop.add(b)
            loop.setDeadline(of: a, after: 60)
            loop.setDeadline(of: b, after: 0.05)
            loop.setDeadline(of: a, after: 0.01)
        }
        #expect(order == ["a", "b"])
    }

    @Test("readiness, the end of the peer and removal are told apart")
    func readiness() async throws {
        let events: [UInt32] = try await onLoop { loop, done in
            var pair: [CInt] = [0, 0]
            socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0, &pair)
            let (near, far) = (pair[0], pair[1])
            var seen: [UInt32] = []
            let recorder = Recorder(descriptor: near)
            recorder.onReady = { events in
                seen.append(events.rawValue)
                switch seen.count {
                case 1: write(far, "x", 1)
                case 2: shutdown(far, CInt(SHUT_WR))
                case 3: close(far)
                default:
                    loop.remove(recorder)
                    close(near)
                    done(seen)
                }
            }
            try! loop.add(recorder)
        }
        let ready = events.map(ReadyEvents.init(rawValue:))
        #expect(ready[0] == .writable)
        #expect(ready[1] == [.readable, .writable])
        #expect(ready[2].contains(.peerFinished))
        #expect(!ready[2].contains(.hungUp))
        #expect(ready[3].contains(.hungUp))
    }

    @Test("the heap gives back everything in order")
    func heap() {
        var heap = DeadlineHeap()
        let times = (0..<500).map { UInt64(($0 * 7919) % 1009) }
        for time in times { heap.insert(.init(time: time, slot: 0, generation: 0)) }
        var sorted: [UInt64] = []
        while let entry = heap.removeFirst() { sorted.append(entry.time) }
        #expect(sorted == times.sorted())
    }

    @Test("connections are accepted on IPv4 and IPv6, and told where they come from", arguments: ["127.0.0.1", "::1"])
    func accepting(host: String) async throws {
        let address = try #require(SocketAddress(host: host, port: 0))
        guard let descriptor = try? listenOnTCP(address) else {
            // A host without IPv6 has nothing to try here.
            #expect(host == "::1")
            return
        }
        defer { close(descriptor) }
        let port = try #require(boundAddress(of: descriptor)).port
        let target = try #require(SocketAddress(host: host, port: port))
        let peer: String = try await onLoop { loop, done in
            let acceptor = Acceptor(loop: loop, listening: descriptor) { connection, address in
                close(connection)
                done(address?.host ?? "none")
            }
            try! loop.add(acceptor, shared: true)
            let client = socket(CInt(target.kernelForm.0.ss_family), CInt(SOCK_STREAM.rawValue), 0)
            var (storage, length) = target.kernelForm
            _ = withUnsafePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) }
            }
            close(client)
        }
        #expect(peer == host)
    }

    @Test("addresses are read and written")
    func addresses() {
        #expect(SocketAddress(host: "[::1]", port: 1)?.description == "[::1]:1")
        #expect(SocketAddress(host: "127.9.9.9", port: 1)?.isLoopback == true)
        #expect(SocketAddress(host: "10.0.0.1", port: 1)?.isLoopback == false)
        #expect(SocketAddress(host: "example.org", port: 1) == nil)
    }
}

private final class Box: Sendable {
    let value = Mutex<[Int]>([])
}
