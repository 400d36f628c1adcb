import LauncherProtocol
import Testing

@testable import Launcher

/// What happens past the gateway, told to a gateway that comes late.
@Suite(.timeLimit(.minutes(5))) struct ElsewhereTests {
    private let root = Caller(role: .root, uid: 0, pid: 1)
    private let member = Caller(role: .member, uid: 1001, pid: 2)

    /// The first so many pieces of news that whoever watches from now on gets.
    private func news(_ count: Int, of elsewhere: Elsewhere) async -> [String] {
        let (stream, told) = AsyncStream.makeStream(of: String.self)
        let watch = Task { await elsewhere.watch { told.yield(Self.words($0)) } }
        defer { watch.cancel() }
        var all: [String] = []
        for await one in stream {
            all.append(one)
            if all.count == count { break }
        }
        return all
    }

    private static func words(_ news: ElsewhereNews) -> String {
        switch news {
        case .began(let build): "\(build.who) began \(build.account)/\(build.environment)"
        case .progress(_, let progress): "\(progress.message)"
        case .done: "done"
        case .failed(_, let error): "failed: \(error.message)"
        case .look: "look"
        case .decided(let decision): "\(decision.who ?? "Berth") decided"
        }
    }

    @Test func whatHappenedMeanwhileIsToldOnce() async {
        let elsewhere = Elsewhere()
        elsewhere.decided(.remove(RemoveEnvironment(account: "alice", environment: "old")), for: "alice", by: member)
        elsewhere.decided(.collect(.init(builds: [], packages: [], bytecode: 0, freed: 0, kept: 0, free: 0)), for: nil, by: root)
        elsewhere.decidedByItself(.collect(.init(builds: [], packages: [], bytecode: 0, freed: 0, kept: 0, free: 0)))
        // The gateway knows what it has asked for itself.
        elsewhere.decided(
            .remove(RemoveEnvironment(account: "bob", environment: "x")), for: "bob", by: Caller(role: .gateway, uid: 999, pid: 3))
        let over = elsewhere.begin("alice", "work", .commandLine, call: CreateEnvironment.name, by: root)
        elsewhere.report(BuildProgress(.solving, "Solving"), of: over)
        elsewhere.end(over, .failure(LauncherError(.failed, "no such package")))
        elsewhere.end(over, .failure(LauncherError(.failed, "twice")))
        let lasting = elsewhere.begin("bob", "lab", .push, call: JudgePush.name)
        elsewhere.report(BuildProgress(.solving, "Solving for bob"), of: lasting)
        #expect(
            await news(7, of: elsewhere) == [
                "alice decided", "root decided", "Berth decided", "root began alice/work", "failed: no such package", "bob began bob/lab",
                "Solving for bob",
            ])
        // Only what is under way is told again.
        #expect(await news(2, of: elsewhere) == ["bob began bob/lab", "Solving for bob"])
    }

    @Test func aCancelledBuildSaysWhoWantedThat() async {
        let elsewhere = Elsewhere(), (cancels, cancel) = AsyncStream.makeStream(of: Void.self)
        let build = elsewhere.begin("alice", "work", .commandLine, call: CreateEnvironment.name, by: root) { cancel.yield() }
        elsewhere.cancel(build, by: "ada")
        for await _ in cancels { break }
        let told = elsewhere.end(build, .failure(LauncherError(.unavailable, "The build was given up.")))
        #expect(throws: LauncherError.cancelled(by: "ada")) { try told.get() }
        #expect(await news(2, of: elsewhere) == ["root began alice/work", "failed: This build was cancelled by ada."])
        // What has ended stays as it ended.
        #expect(elsewhere.build(build) == nil)
        elsewhere.cancel(build, by: "bob")
    }

    @Test func aLookIsForAGatewayThatRuns() async throws {
        let elsewhere = Elsewhere()
        let error = #expect(throws: LauncherError.self) { try elsewhere.look() }
        #expect(error?.kind == .unavailable)
        elsewhere.decided(.remove(RemoveEnvironment(account: "alice", environment: "old")), for: "alice", by: member)
        let (stream, told) = AsyncStream.makeStream(of: String.self)
        let watch = Task { await elsewhere.watch { told.yield(Self.words($0)) } }
        defer { watch.cancel() }
        var all = stream.makeAsyncIterator()
        #expect(await all.next() == "alice decided")
        try elsewhere.look()
        #expect(await all.next() == "look")
    }

    @Test func noMoreIsKeptThanCanBeRead() async {
        let elsewhere = Elsewhere()
        for _ in 0..<1500 {
            elsewhere.decided(.remove(RemoveEnvironment(account: "alice", environment: "old")), for: "alice", by: member)
        }
        elsewhere.decided(.remove(RemoveEnvironment(account: "bob", environment: "last")), for: "bob", by: member)
        let told = await news(1000, of: elsewhere)
        #expect(told.last == "bob decided" && told.count == 1000)
    }
}
