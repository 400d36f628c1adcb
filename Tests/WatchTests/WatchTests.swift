import Accounts
import Configuration
import Foundation
import Logging
import Testing

@testable import Watch

/// Whole looks: real HTTP upstream, a real database, and a fake launcher that solves.
@Suite struct WatchTests {
    private final class Scene: Sendable {
        let upstream: Upstream
        let launcher = SolvingLauncher()
        let accounts: Accounts
        let watch: Watch
        private let directory = FileManager.default.temporaryDirectory.appending(path: "watch-\(UUID().uuidString)")

        init(_ configure: (inout BerthConfiguration, Upstream) -> Void = { _, _ in }) async throws {
            upstream = try Upstream()
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            accounts = try Accounts(path: directory.path + "/a.sqlite", limits: SessionLimits(idle: 1, absolute: 1))
            try await accounts.noteLogin(name: "alice", uid: 1001, fullName: "", admin: false)
            var configuration = BerthConfiguration()
            configuration.watch.packages = true
            configuration.watch.pypi = upstream.address + "/pypi/{name}/json"
            configuration.environments.channelAlias = upstream.address + "/{name}"
            configure(&configuration, upstream)
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            watch = Watch(configuration: configuration, accounts: accounts, launcher: launcher, logger: logger)
        }

        deinit { try? FileManager.default.removeItem(at: directory) }

        /// What the channel `lab` has, and so what the launcher's solver can take.
        func offer(_ packages: [String: [String]]) throws {
            let files = packages.flatMap { name, versions in versions.map { "\"\(name)-\($0)-0.conda\": {}" } }
            try upstream.write(#"{"packages": {}, "packages.conda": {\#(files.joined(separator: ", "))}}"#, to: "lab/noarch/repodata.json")
            launcher.change { $0.available = packages }
        }

        func environment(_ dependencies: [String], locked: [String: String], name: String = "work") {
            launcher.change {
                $0.recipes[name] = "channels: [lab]\ndependencies:\n" + dependencies.map { "  - \($0)\n" }.joined()
                $0.locked[name] = locked
            }
        }
    }

    @Test func aNewerPackageIsProposedOnceAndReplacedByAStillNewerOne() async throws {
        let scene = try await Scene()
        scene.environment(["numpy=2.1  # ours"], locked: ["numpy": "2.1.0"])
        try scene.offer(["numpy": ["2.1.0"]])
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [])

        try scene.offer(["numpy": ["2.1.0", "2.3.1"]])
        await scene.watch.look()
        let listed = try #require(try await scene.accounts.proposals().first)
        let first = try #require(try await scene.accounts.proposal(listed.id))
        #expect(first.content.owner == "alice" && first.content.subject == "work" && first.content.kind == .packages)
        #expect(first.content.steps == ["numpy 2.1.0 → 2.3.1"] && first.content.solves && first.content.remarks == [])
        #expect(first.content.recipe == "channels: [lab]\ndependencies:\n  - numpy=2.3  # ours\n")
        #expect(first.content.changes.map(\.direction) == ["up"] && first.content.changes.first?.isAsked == true)
        #expect(first.content.lock.contains("numpy-2.3.1-0.conda"))
        #expect(first.content.base == String(repeating: "a", count: 40))
        let solves = scene.launcher.now.solved.count
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [listed])
        #expect(scene.launcher.now.solved.count == solves, "nothing is solved twice")

        try scene.offer(["numpy": ["2.1.0", "2.3.1", "2.4.0"]])
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().map(\.content.steps) == [["numpy 2.1.0 → 2.4.0"]])
        #expect(try await scene.accounts.proposal(first.id)?.state == .superseded)
    }

    @Test func whatDoesNotFitIsLeftOutAndTold() async throws {
        let scene = try await Scene()
        scene.environment(["python=3.11", "numpy=2.1"], locked: ["python": "3.11.2", "numpy": "2.1.0"])
        try scene.offer(["python": ["3.11.2", "3.13.0"], "numpy": ["2.1.0", "2.3.1"]])
        scene.launcher.change { $0.impossible = ["python 3.13.0"] }
        await scene.watch.look()
        let proposal = try #require(try await scene.accounts.proposals().first).content
        #expect(proposal.steps == ["numpy 2.1.0 → 2.3.1"] && proposal.solves)
        #expect(proposal.recipe.contains("python=3.11\n") && proposal.recipe.contains("numpy=2.3\n"))
        #expect(proposal.remarks.first?.hasPrefix("python 3.11.2 → 3.13.0 does not fit: The recipe can't be solved.") == true)
    }

    @Test func whatDoesNotSolveAtAllIsSaid() async throws {
        let scene = try await Scene()
        scene.environment(["python=3.11"], locked: ["python": "3.11.2"])
        try scene.offer(["python": ["3.11.2", "3.13.0"]])
        scene.launcher.change { $0.impossible = ["python 3.13.0"] }
        await scene.watch.look()
        let proposal = try #require(try await scene.accounts.proposals().first).content
        #expect(!proposal.solves && proposal.recipe.isEmpty && proposal.steps == ["python 3.11.2 → 3.13.0"])
        #expect(proposal.remarks.first?.contains("excludes the rest") == true)
    }

    @Test func anOpenRecipeIsOnlySolvedAnew() async throws {
        let scene = try await Scene()
        scene.environment(["numpy>=2", "six"], locked: ["numpy": "2.1.0", "six": "1.17"])
        try scene.offer(["numpy": ["2.1.0", "2.3.1"], "six": ["1.17"]])
        await scene.watch.look()
        let proposal = try #require(try await scene.accounts.proposals().first).content
        #expect(proposal.recipe == scene.launcher.now.recipes["work"] && proposal.steps == ["numpy 2.1.0 → 2.3.1"])
        // A newer one that the solver does not take is nothing to bother people with.
        scene.environment(["six"], locked: ["six": "1.16"], name: "other")
        scene.launcher.change { $0.available["six"] = ["1.16"] }
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().map(\.content.subject) == ["work"])
    }

    @Test func whatIsHeldBackIsNotProposed() async throws {
        let scene = try await Scene()
        scene.environment(["numpy=2.1"], locked: ["numpy": "2.1.0"])
        try scene.offer(["numpy": ["2.1.0", "2.3.1"]])
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().count == 1)
        let hold = try await scene.accounts.hold("numpy", "2.3", reason: "crashes", account: "alice", by: "alice")
        _ = try await scene.accounts.hold("numpy", "*", reason: "", account: "bob", by: "bob")
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [])
        try scene.offer(["numpy": ["2.1.0", "2.2.9", "2.3.1"]])
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().map(\.content.steps) == [["numpy 2.1.0 → 2.2.9"]])
        #expect(try await scene.accounts.releaseHold(hold.id))
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().map(\.content.steps) == [["numpy 2.1.0 → 2.3.1"]], "it comes back")
    }

    @Test func anEnvironmentThatIsGoneHasNoProposals() async throws {
        let scene = try await Scene()
        scene.environment(["numpy=2.1"], locked: ["numpy": "2.1.0"])
        scene.environment(["six"], locked: ["six": "1"], name: "other")
        try scene.offer(["numpy": ["2.1.0", "2.3.1"], "six": ["1", "2"]])
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().count == 2)
        scene.launcher.change { $0.recipes["work"] = nil }
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().map(\.content.subject) == ["other"])
    }

    @Test func aLauncherThatIsAwayIsTriedAgain() async throws {
        let scene = try await Scene()
        scene.environment(["numpy=2.1"], locked: ["numpy": "2.1.0"])
        try scene.offer(["numpy": ["2.1.0", "2.3.1"]])
        scene.launcher.change { $0.outage = .init(.unavailable, "away") }
        await scene.watch.look()
        #expect(try await scene.accounts.proposals(nil) == [])
        scene.launcher.change { $0.outage = nil }
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().count == 1)
    }

    @Test func aChannelThatIsAwaySaysNothingAboutWhatThereIs() async throws {
        let scene = try await Scene()
        scene.environment(["numpy=2.1"], locked: ["numpy": "2.1.0"])
        try scene.offer(["numpy": ["2.1.0", "2.3.1"]])
        await scene.watch.look()
        try scene.upstream.write("<html>", to: "lab/noarch/repodata.json")
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().count == 1, "the proposal stays")
    }

    @Test func onlyChannelsAreAskedThatAnAdministratorNamed() async throws {
        let secret = try Upstream()
        let scene = try await Scene()
        scene.launcher.change {
            $0.recipes["work"] = "channels: [\(secret.address)/x, '../x', lab]\ndependencies: [numpy]\n"
            $0.locked["work"] = ["numpy": "1"]
        }
        try scene.offer(["numpy": ["1"]])
        await scene.watch.look()
        #expect(secret.log == [])
        #expect(scene.upstream.log.contains("GET /lab/noarch/repodata.json 200"))
        #expect(!scene.upstream.log.contains { $0.contains("x/") })
    }

    @Test func aNewImageIsProposedUntilItIsInUse() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tags-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let tags = directory.appending(path: "tags")
        try Data("1.0-lab 1.1-lab 2.0-other latest".utf8).write(to: tags)
        let registry = try ServerProgram(
            Upstream.tests.appending(path: "DockerTests/registry.py"), ["--tags", directory.path, "--token", "t"])
        let image = "127.0.0.1:\(registry.port)/lab/image"
        let scene = try await Scene { configuration, _ in
            configuration.watch.images = true
            configuration.watch.packages = false
            configuration.profiles[0].image = image + ":1.0-lab"
        }
        await scene.watch.look()
        let first = try #require(try await scene.accounts.proposals().first)
        #expect(first.content.kind == .image && first.content.base == "1.1-lab" && first.content.subject == image + ":1.0-lab")
        _ = try await scene.accounts.hold(image, "1.1-lab", reason: "no CUDA", account: "", by: "root")
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [])
        try Data("1.0-lab 1.1-lab 1.2-lab".utf8).write(to: tags)
        await scene.watch.look()
        #expect(try await scene.accounts.proposals().map(\.content.base) == ["1.2-lab"])
    }

    @Test func aTagThatMovedIsToldUntilItIsFetched() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tags-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data("latest".utf8).write(to: directory.appending(path: "tags"))
        let served = try ServerProgram(
            Upstream.tests.appending(path: "DockerTests/registry.py"), ["--tags", directory.path, "--token", "t"])
        let image = "127.0.0.1:\(served.port)/lab/image:latest"
        let scene = try await Scene { configuration, _ in
            configuration.watch.images = true
            configuration.watch.packages = false
            configuration.profiles[0].image = image
        }
        let registry = Registry(fetcher: Fetcher(logger: Logger(label: "test")))
        func digest() async throws -> String { try await registry.digest(of: try #require(ImageName(image)), tag: "latest") }
        let first = try await digest()
        // What is not on this host is fetched as it is when a server starts; what was made here has no digest.
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [])
        scene.launcher.change { $0.images[image] = first }
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [])

        try Data("again".utf8).write(to: directory.appending(path: "pushed"))
        let second = try await digest()
        #expect(first != second)
        await scene.watch.look()
        await scene.watch.look()
        let told = try await scene.accounts.proposals()
        #expect(told.map(\.content.kind) == [.movedImage] && told.map(\.content.base) == [second])
        #expect(told.first?.content.steps == ["\(image) \(first.prefix(19)) → \(second.prefix(19))"])
        // It is asked for without being pulled.
        let log = try String(contentsOf: directory.appending(path: "log"), encoding: .utf8)
        #expect(log.contains("HEAD /v2/lab/image/manifests/latest 200") && !log.contains("GET /v2/lab/image/manifests"))

        scene.launcher.change { $0.images[image] = second }
        await scene.watch.look()
        #expect(try await scene.accounts.proposals() == [])
    }

    @Test func aRestartIsNoReasonToLookAgainAndAWishIs() async throws {
        let scene = try await Scene()
        scene.environment(["numpy=2.1"], locked: ["numpy": "2.1.0"])
        try scene.offer(["numpy": ["2.1.0", "2.3.1"]])
        try await scene.accounts.noteLook(for: "upstream")
        let running = Task { await scene.watch.run() }
        #expect(try await scene.accounts.proposals() == [])
        scene.watch.lookSoon()
        while try await scene.accounts.proposals().isEmpty { await Task.yield() }
        running.cancel()
        await running.value
    }
}
