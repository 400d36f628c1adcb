import Configuration
import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

/// A solver that stands ready for the next solve.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReadySolverTests {
    private static let recipe = "dependencies: [berth-base]\n"

    private static func store(
        _ settings: EnvironmentConfiguration = Bench.settings, waits: SolverWaits = .afterUse(600)
    ) async throws -> TestStore {
        try await TestStore(settings: settings, solverWaits: waits)
    }

    private static func solve(_ bench: TestStore, _ recipe: String = recipe) async throws -> [String] {
        let solved = try await bench.store.solve(recipe, by: 1500) { _ in }
        return try JSONDecoder().decode(Lock.self, from: Data(solved.lock.utf8)).packages.map { "\($0.name) \($0.version)" }
    }

    /// What its container would be with another staging directory, purpose and clock.
    private static func shape(_ job: BuildJob) throws -> [String] {
        let staging = try #require(job.mounts.first { $0.target == "/job" }).source.split(separator: "/").dropLast().last.map(String.init)
        let own = try #require(staging)
        return [
            "\(job.image) \(job.uid) \(job.network ?? "none") \(job.cpus ?? 0) \(job.memory ?? 0) \(job.pids)",
            "\(job.mounts)", "\(job.variables.sorted { $0.key < $1.key })", "\(job.command.prefix(3))",
        ].map { $0.replacing(own, with: "STAGING") }
    }

    /// The running container of a job.
    private static func container(of job: BuildJob) async throws -> String {
        let source = try #require(job.mounts.first { $0.target == "/job" }).source
        while true {
            let found = Bench.docker("ps", "--quiet", "--filter", "volume=\(source)").text.split(separator: "\n")
            if let id = found.first { return String(id) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("Where a recipe was looked over before, the first solve takes the container that is ready, too")
    func expected() async throws {
        let bench = try await Self.store()
        bench.store.expectSolve()
        bench.store.expectSolve()
        _ = await bench.containers.begun(1, "ready-solve")
        #expect(try await Self.solve(bench).first?.hasPrefix("berth-base ") == true)
        _ = await bench.containers.begun(2, "ready-solve")
        #expect(bench.containers.purposes == ["ready-solve", "ready-solve"])
        await bench.store.end()
    }

    @Test("The second solve takes the container that is ready, and no container serves two; the last one ends with the store")
    func taken() async throws {
        let channel = try SecondChannel("berth-extra=1.0")
        // Python's server has nothing in a 304 by which rattler knows the list of shards again.
        try FileManager.default.removeItem(atPath: channel.path + "/noarch/repodata_shards.msgpack.zst")
        let server = try WebServer(channel.path)
        var settings = Bench.settings
        // The way out is put into the container when it is taken.
        settings.network = "none"
        settings.channels = [server.url]
        settings.memory = 1 << 30
        settings.cpus = 1
        let bench = try await Self.store(settings)
        #expect(bench.containers.purposes == [])
        var shapes: [[String]] = []
        for count in 1...3 {
            #expect(try await Self.solve(bench, "dependencies: [berth-extra]\n") == ["berth-extra 1.0"])
            shapes.append(try Self.shape(await bench.containers.begun(count, "ready-solve")))
            await bench.containers.ended(count - 1, "ready-solve")
        }
        #expect(bench.containers.purposes == ["solve", "ready-solve", "ready-solve", "ready-solve"])
        shapes.append(try Self.shape(await bench.containers.begun(1, "solve")))
        #expect(Set(shapes).count == 1, "\(shapes)")
        #expect(bench.names(in: "store/work/staging").count == 1)

        await bench.store.end()
        #expect(bench.names(in: "store/work/staging") == [])
        #expect(Bench.docker("ps", "--all", "--quiet", "--filter", "volume=\(bench.state)/store/work").text == "")
        _ = try await Self.solve(bench, "dependencies: [berth-extra]\n")
        await bench.store.builds.ready.makeReady()
        #expect(bench.containers.purposes.last == "solve")
    }

    @Test("An environment is made with it, and what can't be solved is explained as ever")
    func steps() async throws {
        let bench = try await Self.store()
        _ = try await Self.solve(bench)
        _ = await bench.containers.begun(1, "ready-solve")
        let impossible = "dependencies: [berth-base=1.0, berth-base=2.0]\n"
        let error = await #expect(throws: StoreError.self) { try await Self.solve(bench, impossible) }
        #expect(error?.message.english.contains("can't be solved") == true && error?.places.isEmpty == false, "\(error as Any)")
        _ = await bench.containers.begun(2, "ready-solve")
        _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: Self.recipe) { _ in }
        // Not while the build still needs the cores.
        _ = await bench.containers.begun(3, "ready-solve")
        #expect(bench.containers.purposes == ["solve", "ready-solve", "ready-solve", "install", "ready-solve"])
        await bench.store.end()
    }

    @Test("One that died while it waited is missed by nobody")
    func dead() async throws {
        let bench = try await Self.store()
        _ = try await Self.solve(bench)
        _ = Bench.docker("kill", try await Self.container(of: await bench.containers.begun(1, "ready-solve")))
        await bench.containers.ended(1, "ready-solve")
        #expect(try await Self.solve(bench).count == 1)
        _ = await bench.containers.begun(2, "ready-solve")
        #expect(bench.containers.purposes == ["solve", "ready-solve", "solve", "ready-solve"])
        await bench.store.end()
    }

    @Test("One that dies when it is taken is missed by nobody either")
    func dyingWhenTaken() async throws {
        let bench = try await Self.store()
        _ = try await Self.solve(bench)
        let job = await bench.containers.begun(1, "ready-solve")
        let container = try await Self.container(of: job)
        // A busy host may not freeze it at once.
        while Bench.docker("pause", container).status != 0 { try await Task.sleep(for: .milliseconds(50)) }
        async let solved = Self.solve(bench)
        let request = try #require(job.mounts.first { $0.target == "/job" }).source + "/request.json"
        while !FileManager.default.fileExists(atPath: request) { try await Task.sleep(for: .milliseconds(10)) }
        _ = Bench.docker("rm", "--force", container)
        #expect(try await solved.count == 1)
        _ = await bench.containers.begun(2, "ready-solve")
        #expect(bench.containers.purposes == ["solve", "ready-solve", "solve", "ready-solve"])
        await bench.store.end()
    }

    @Test("It ends with whoever gives up, and when the time of the solve is over")
    func ending() async throws {
        let silent = try SilentServer()
        let recipe = "channels: ['\(silent.url)']\ndependencies: [numpy]\n"
        let bench = try await Self.store()
        _ = try await Self.solve(bench)
        _ = await bench.containers.begun(1, "ready-solve")
        let solve = Task { try await Self.solve(bench, recipe) }
        await silent.visited()
        solve.cancel()
        await #expect(throws: StoreError.self) { try await solve.value }
        await bench.containers.ended(1, "ready-solve")

        _ = await bench.containers.begun(2, "ready-solve")
        let target = try Target(SolveTarget(), configured: bench.store.settings.virtualPackages), wanted = Wanted(try Recipe(yaml: recipe))
        let error = await #expect(throws: StoreError.self) {
            try await bench.store.builds.staged(by: 1500, within: .seconds(2), progress: { _ in }) { steps async throws(StoreError) in
                try await steps.solve(wanted, for: target).packages.count
            }
        }
        #expect(error?.message.english.contains("took longer") == true, "\(error as Any)")
        await bench.containers.ended(2, "ready-solve")
        #expect(bench.containers.purposes == ["solve", "ready-solve", "ready-solve"])
        await bench.store.end()
        #expect(bench.names(in: "store/work/staging") == [])
    }

    @Test("A request is as long as it has to be")
    func large() async throws {
        let bench = try await Self.store()
        _ = try await Self.solve(bench)
        let job = await bench.containers.begun(1, "ready-solve")
        let recipe = "dependencies:\n" + (1...20_000).map { "  - berth-base>=0.0.\($0)\n" }.joined()
        try #require(recipe.utf8.count > 256 << 10 && job.purpose == "ready-solve")
        #expect(try await Self.solve(bench, recipe).count == 1)
        _ = await bench.containers.begun(2, "ready-solve")
        #expect(bench.containers.purposes == ["solve", "ready-solve", "ready-solve"])
        await bench.store.end()
    }

    @Test("One that nobody asks ends")
    func idle() async throws {
        let bench = try await Self.store(waits: .afterUse(0.3))
        _ = try await Self.solve(bench)
        await bench.containers.ended(1, "ready-solve")
        _ = try await Self.solve(bench)
        await bench.containers.ended(2, "ready-solve")
        #expect(bench.containers.purposes == ["solve", "ready-solve", "solve", "ready-solve"])
        await bench.store.end()
    }

    @Test("Where one always stands ready, the next is made as soon as it is taken; one that is of an older image is not taken")
    func always() async throws {
        let name = "berth/test-builder-\(UUID().uuidString.prefix(8).lowercased()):1"
        try #require(Bench.docker("tag", Bench.builderImage, name).status == 0)
        defer { _ = Bench.docker("rmi", name) }
        var settings = Bench.settings
        settings.builderImage = name
        let bench = try await Self.store(settings, waits: .always)
        bench.store.expectSolve()
        _ = await bench.containers.begun(1, "ready-solve")
        _ = try await Self.solve(bench)
        _ = await bench.containers.begun(2, "ready-solve")
        #expect(bench.containers.purposes == ["ready-solve", "ready-solve"])

        let container = "berth-test-\(UUID().uuidString.prefix(8).lowercased())"
        try #require(Bench.docker("create", "--name", container, Bench.builderImage, "true").status == 0)
        try #require(Bench.docker("commit", "--message", "rebuilt", container, name).status == 0)
        _ = Bench.docker("rm", container)
        _ = try await Self.solve(bench)
        await bench.containers.ended(2, "ready-solve")
        _ = await bench.containers.begun(3, "ready-solve")
        #expect(bench.containers.purposes == ["ready-solve", "ready-solve", "solve", "ready-solve"])
        await bench.store.end()
    }

    @Test("Where an administrator has put another channel in the place of one, none is taken that still sees the old")
    func replaced() async throws {
        let (old, new) = (try SecondChannel("berth-extra=1.0"), try SecondChannel("berth-extra=2.0"))
        let link = "/var/tmp/berth-link-" + UUID().uuidString
        defer { unlink(link) }
        try #require(symlink(old.path, link) == 0)
        var settings = Bench.settings
        settings.channels = ["file:///second"]
        settings.mounts.append(SharedDirectory(source: link, target: "/second", readOnly: true))
        let bench = try await Self.store(settings)
        #expect(try await Self.solve(bench, "dependencies: [berth-extra]\n") == ["berth-extra 1.0"])
        _ = await bench.containers.begun(1, "ready-solve")
        unlink(link)
        try #require(symlink(new.path, link) == 0)
        #expect(try await Self.solve(bench, "dependencies: [berth-extra]\n") == ["berth-extra 2.0"])
        await bench.containers.ended(1, "ready-solve")
        #expect(bench.containers.purposes.filter { $0 == "solve" }.count == 2)
        await bench.store.end()
    }

    @Test("A builder whose launcher is gone waits for nobody", arguments: [true, false])
    func orphan(isGoneBefore: Bool) throws {
        let folder = "/var/tmp/berth-bell-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var bell: Bell? = try Bell(at: folder + "/bell")
        if isGoneBefore { bell = nil }
        let builder = Process()
        builder.executableURL = URL(filePath: "/usr/bin/python3")
        builder.arguments = [
            "-B", Bench.root.appending(path: "Sources/Store/Builder/builder.py").path, "compile", folder + "/none", folder + "/bell",
        ]
        let output = Pipe()
        builder.standardOutput = output
        try builder.run()
        withExtendedLifetime(bell) {}
        bell = nil
        // It does not even look for its request.
        #expect(try output.fileHandleForReading.readToEnd() ?? Data() == Data())
        builder.waitUntilExit()
        #expect(builder.terminationStatus == 1)
    }
}
