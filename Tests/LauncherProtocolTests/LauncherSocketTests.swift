import Foundation
import Logging
import Secrets
import Synchronization
import Testing

@testable import LauncherProtocol

private struct Echo: LauncherCall {
    static let name = "test.echo"
    static let callers: Set<CallerRole> = [.root, .gateway, .member]
    typealias Progress = Int
    typealias Outcome = String
    var text: String
    var steps = 0
}

/// Of a push.
private struct OfGit: LauncherCall {
    static let name = "test.git"
    static let callers: Set<CallerRole> = [.git]
    typealias Outcome = String
}

private struct Forbidden: LauncherCall {
    static let name = "test.forbidden"
    static let callers: Set<CallerRole> = []
    typealias Outcome = Done
}

private struct Forever: LauncherCall {
    static let name = "test.forever"
    static let callers = Echo.callers
    typealias Progress = Int
    typealias Outcome = Done
}

private struct Lasting: LauncherCall {
    static let name = "test.lasting"
    static let callers = Echo.callers
    static let isLasting = true
    typealias Progress = Int
    typealias Outcome = Done
}

private struct Unknown: LauncherCall {
    static let name = "test.unknown"
    static let callers = Echo.callers
    typealias Outcome = Done
}

@Suite struct LauncherSocketTests {
    let path = "/tmp/berth-launcher-\(UInt64.random(in: 0...UInt64.max)).sock"

    private func server(
        gatewayUID: UInt32 = 4_000_000, gate: AsyncStream<Void> = AsyncStream { _ in },
        ended: @escaping @Sendable (String) -> Void = { _ in },
        cancelled: @escaping @Sendable () -> Void = {}
    ) throws -> LauncherServer {
        var handlers = LauncherHandlers()
        handlers.on(Echo.self) { call, context throws(LauncherError) in
            for step in 0..<call.steps { context.report(step) }
            if call.text == "fail" { throw LauncherError(.conflict, "It failed.", log: ["one", "two"]) }
            let secrets = context.secrets.map { $0.withBytes { String(decoding: $0, as: UTF8.self) } }
            return ([call.text, context.caller.role.rawValue] + secrets).joined(separator: " ")
        }
        handlers.on(OfGit.self) { _, context throws(LauncherError) in context.caller.role.rawValue }
        handlers.on(Forbidden.self) { _, _ throws(LauncherError) in Done() }
        handlers.on(Forever.self) { _, context throws(LauncherError) in
            context.report(1)
            let stream = AsyncStream<Void> { _ in }
            for await _ in stream {}
            cancelled()
            return Done()
        }
        handlers.on(Lasting.self) { _, context throws(LauncherError) in
            context.report(1)
            for await _ in gate {}
            ended(Task.isCancelled ? "given up" : "carried through")
            throw LauncherError(.failed, "Nothing is left of it.")
        }
        let server = try LauncherServer(
            path: path, gatewayUID: gatewayUID, gitUID: 64_103, handlers: handlers, logger: Logger(label: "test"))
        server.start()
        return server
    }

    @Test func answersWithProgressSecretsAndRole() async throws {
        let server = try server()
        defer { server.stop() }
        let client = LauncherClient(path: path)
        let steps = Mutex<[Int]>([])
        let secrets = [Secret("s3cret"), Secret(""), Secret("pässword")]
        let answer = try await client.call(Echo(text: "hello", steps: 3), secrets: secrets) { step in
            steps.withLock { $0.append(step) }
        }
        let role = getuid() == 0 ? "root" : "member"
        #expect(answer == "hello \(role) s3cret  pässword")
        #expect(steps.withLock { $0 } == [0, 1, 2])
    }

    @Test func anAnswerThatIsTooLongFailsAloneAndNotTheConnection() async throws {
        let server = try server()
        defer { server.stop() }
        let client = LauncherClient(path: path)
        // Text and secret both go to the launcher, and come back as one.
        let text = String(repeating: "x", count: Frame.Limit.body - 30)
        var failure: LauncherError?
        do throws(LauncherError) {
            _ = try await client.call(Echo(text: text), secrets: [Secret(String(repeating: "y", count: 60))]) { _ in }
        } catch {
            failure = error
        }
        #expect(failure?.message.english.contains("MiB") == true, "\(failure?.message ?? "it came")")
        #expect(try await client.call(Echo(text: "still here")).hasPrefix("still here"))
    }

    /// A stranger's connection, made by a process that has given root up.
    @Test(.enabled(if: getuid() == 0)) func aMemberGetsAFewConnectionsOnly() async throws {
        let server = try server()
        defer { server.stop() }
        let script = """
            import os, socket, struct
            os.setuid(65534)
            kept, answered = [], 0
            for _ in range(12):
                s = socket.socket(socket.AF_UNIX); s.connect('\(path)'); kept.append(s)
                head, body = b'{"call":1,"kind":"call","name":"test.echo"}', b'{"text":"x","steps":0}'
                try:
                    s.sendall(struct.pack('<III', len(head), len(body), 0) + head + body)
                    answered += bool(s.recv(1))
                except OSError: pass
            print(answered, end='')
            """
        let output = try await run("python3", ["-c", script])
        #expect(output == "8")
        #expect(try await LauncherClient(path: path).call(Echo(text: "x")) == "x root")
    }

    @Test(.enabled(if: getuid() == 0)) func gitsAccountHasTheCallsOfAPushAndNothingElse() async throws {
        let server = try server()
        defer { server.stop() }
        let script = """

            import os, socket, struct
            os.setuid(64103)
            for name in (b'test.git', b'test.echo', b'test.forever'):
                s = socket.socket(socket.AF_UNIX); s.connect('\(path)')
                head, body = b'{"call":1,"kind":"call","name":"%s"}' % name, b'{"text":"x","steps":0}'
                s.sendall(struct.pack('<III', len(head), len(body), 0) + head + body)
                stream = s.makefile('rb')
                head, body, secrets = struct.unpack('<III', stream.read(12))
                stream.read(head); print(stream.read(body).decode())
            """

        let answers = try await run("python3", ["-c", script]).split(separator: "\n")
        #expect(answers.first == "\"git\"" && answers.count == 3)
        #expect(answers.dropFirst().allSatisfy { $0.contains("\"kind\":\"refused\"") }, "\(answers)")
        // And nobody else has them, root included.
        let refused = await #expect(throws: LauncherError.self) { try await LauncherClient(path: path).call(OfGit()) }
        #expect(refused?.kind == .refused)
    }

    @Test(.enabled(if: getuid() == 0)) func aMemberGetsAFewCallsAtATimeOnly() async throws {
        let server = try server()
        defer { server.stop() }
        let script = """
            import os, socket, struct
            os.setuid(65534)
            s = socket.socket(socket.AF_UNIX); s.connect('\(path)')
            for call in range(9):
                head, body = b'{"call":%d,"kind":"call","name":"test.forever"}' % call, b'{}'
                s.sendall(struct.pack('<III', len(head), len(body), 0) + head + body)
            kinds = []
            stream = s.makefile('rb')
            for _ in range(9):
                head, body, secrets = struct.unpack('<III', stream.read(12))
                kinds.append(b'failure' in stream.read(head)); stream.read(body)
            print(sum(kinds), end='')
            """
        #expect(try await run("python3", ["-c", script]) == "1")
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/env")
                process.arguments = [program] + arguments
                let output = Pipe()
                process.standardOutput = output
                do { try process.run() } catch { return continuation.resume(throwing: error) }
                let data = output.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }

    @Test func theGatewayIsKnownByItsUID() async throws {
        let server = try server(gatewayUID: getuid())
        defer { server.stop() }
        #expect(try await LauncherClient(path: path).call(Echo(text: "x")) == "x gateway")
    }

    @Test func failuresArriveWhole() async throws {
        let server = try server()
        defer { server.stop() }
        let client = LauncherClient(path: path)
        await #expect(throws: LauncherError(.conflict, "It failed.", log: ["one", "two"])) {
            try await client.call(Echo(text: "fail"))
        }
        do {
            _ = try await client.call(Forbidden())
            Issue.record("a call that is for nobody was answered")
        } catch { #expect(error.kind == .refused) }
        do {
            _ = try await client.call(Unknown())
            Issue.record("an unknown call was answered")
        } catch { #expect(error.kind == .invalid) }
    }

    @Test func manyCallsShareOneConnection() async throws {
        let server = try server()
        defer { server.stop() }
        let client = LauncherClient(path: path)
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<200 {
                group.addTask { (number, try await client.call(Echo(text: "\(number)", steps: number % 5))) }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 200)
        #expect(answers.allSatisfy { $0.value.hasPrefix("\($0.key) ") })
    }

    @Test func cancellingReachesTheLauncher() async throws {
        let (events, sink) = AsyncStream<String>.makeStream()
        let server = try server(cancelled: { sink.yield("cancelled") })
        defer { server.stop() }
        let client = LauncherClient(path: path)
        let task = Task {
            try await client.call(Forever()) { _ in sink.yield("begun") }
        }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "begun")
        task.cancel()
        #expect(await iterator.next() == "cancelled")
        await #expect(throws: LauncherError.self) { try await task.value }
    }

    @Test func whatLastsIsAnsweredWhenNothingIsLeftOfIt() async throws {
        let (events, sink) = AsyncStream<String>.makeStream()
        let server = try server(ended: { sink.yield($0) })
        defer { server.stop() }
        let client = LauncherClient(path: path)
        let task = Task { try await client.call(Lasting()) { _ in sink.yield("begun") } }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "begun")
        task.cancel()
        #expect(await iterator.next() == "given up")
        await #expect { try await task.value } throws: { ($0 as? LauncherError)?.message == "Nothing is left of it." }
    }

    @Test func whatLastsIsCarriedThroughWhenTheGatewayHangsUp() async throws {
        let (events, sink) = AsyncStream<String>.makeStream()
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let server = try server(gatewayUID: getuid(), gate: gate, ended: { sink.yield($0) }, cancelled: { sink.yield("cancelled") })
        let client = LauncherClient(path: path)
        let lasting = Task { try await client.call(Lasting()) { _ in sink.yield("begun") } }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "begun")
        let other = Task { try await client.call(Forever()) { _ in sink.yield("begun") } }
        #expect(await iterator.next() == "begun")
        server.stop()
        #expect(await iterator.next() == "cancelled")
        opening.finish()
        #expect(await iterator.next() == "carried through")
        for task in [lasting, other] { await #expect(throws: LauncherError.self) { try await task.value } }
    }

    @Test func anAbsentLauncherIsSaidInWords() async throws {
        do {
            _ = try await LauncherClient(path: "/tmp/berth-nobody.sock").call(Echo(text: "x"))
            Issue.record("nobody answered")
        } catch {
            #expect(error.kind == .unavailable)
            #expect(error.message.english.contains("berth-launcher"))
        }
    }

    @Test func aRestartedLauncherIsFoundAgain() async throws {
        let (events, sink) = AsyncStream<String>.makeStream()
        let first = try server()
        let client = LauncherClient(path: path)
        let hanging = Task { try await client.call(Forever()) { _ in sink.yield("begun") } }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "begun")
        first.stop()
        await #expect { try await hanging.value } throws: { ($0 as? LauncherError)?.kind == .unavailable }
        let second = try server()
        defer { second.stop() }
        #expect(try await client.call(Echo(text: "again")).hasPrefix("again"))
    }
}

@Suite struct FrameTests {
    private func pair() -> (CInt, CInt) {
        var sockets: [CInt] = [0, 0]
        #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &sockets) == 0)
        return (sockets[0], sockets[1])
    }

    @Test func survivesTheWire() throws {
        let (a, b) = pair()
        defer { close(a); close(b) }
        let frame = Frame(
            head: .init(call: 7, kind: .call, name: "x"), body: Data("{}".utf8), secrets: [Secret("one"), Secret("two")])
        try frame.write(to: a)
        let read = try Frame.read(from: b)
        #expect(read.head == frame.head)
        #expect(read.body == frame.body)
        #expect(read.secrets.map { $0.withBytes { String(decoding: $0, as: UTF8.self) } } == ["one", "two"])
    }

    @Test(arguments: [
        [UInt32(1 << 30), 0, 0], [2, UInt32(64 << 20), 0], [2, 0, UInt32(1 << 20)], [0, 0, 0], [2, 0, 3],
    ])
    func refusesWhatIsNoFrame(lengths: [UInt32]) throws {
        let (a, b) = pair()
        defer { close(b) }
        lengths.withUnsafeBytes { _ = write(a, $0.baseAddress, $0.count) }
        _ = write(a, "{}\u{1}", 3)
        close(a)
        #expect(throws: FrameError.self) { try Frame.read(from: b) }
    }
}
