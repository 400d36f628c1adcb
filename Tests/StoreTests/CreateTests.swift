import Environments
import Foundation
import LauncherProtocol
import Store
import Synchronization
import Testing

@Suite("The store: from a recipe to an environment that runs", .serialized)
struct CreateTests {
    static let recipe = """
        name: work
        channels: [nodefaults]
        dependencies:
          - python=3.11
          - numpy
          - berth-hello
          - berth-activated
          - berth-prefix
        variables:
          GREETING: hello from the recipe
        """

    @Test("One file in: solved, locked, built, and Python runs at its prefix from a read-only mount")
    func create() async throws {
        let bench = try await TestStore()
        let phases = Mutex<[BuildProgress.Phase]>([])
        let summary = try await bench.store.create(for: bench.owner, environment: nil, recipe: Self.recipe) { step in
            phases.withLock { if $0.last != step.phase { $0.append(step.phase) } }
        }
        #expect(summary.name == "work")
        #expect(summary.python == "3.11.2")
        #expect(summary.packages == 5)
        #expect(summary.jupyter == .none)
        #expect(summary.size > 50 << 20)
        #expect(summary.notices.contains { $0.english.contains("ipykernel") })
        let seen = phases.withLock { $0 }
        for phase in [BuildProgress.Phase.reading, .solving, .linking, .compiling, .verifying] { #expect(seen.contains(phase)) }
        #expect(seen.last == .done)

        let mount = try await bench.store.mount("work", for: 1500)
        #expect(mount.build == summary.build)
        #expect(mount.containerPath == "/opt/berth/env")
        #expect(mount.variables == ["GREETING": "hello from the recipe"])

        let python = bench.inEnvironment(
            mount, "$PREFIX/bin/python -c 'import sys, numpy, berth_hello; print(sys.prefix, berth_hello.__cached__)'")
        #expect(python.text.split(separator: " ").first.map(String.init) == mount.containerPath, "\(python.text)")
        let entry = bench.inEnvironment(mount, "$PREFIX/bin/berth-hello")
        #expect(entry.text == "hello from the environment\n")
        let activated = bench.inEnvironment(
            mount, "CONDA_PREFIX=$PREFIX; . $PREFIX/etc/conda/activate.d/berth-activated.sh; echo $BERTH_ACTIVATED")
        #expect(activated.text == mount.containerPath + "\n")
        let patched = bench.inEnvironment(mount, "cat $PREFIX/share/berth/prefix.txt; tr -d '\\0' < $PREFIX/share/berth/prefix.bin")
        #expect(patched.text.contains("start" + mount.containerPath + "/libend"))
        let state = bench.inEnvironment(mount, "cat $PREFIX/conda-meta/state")
        #expect(state.text.contains("\"GREETING\" : \"hello from the recipe\""))
        // Nobody can compile later, so it was compiled now, and the import does not look at the source's date.
        let bytecode = bench.inEnvironment(
            mount, "head -c 8 $PREFIX/lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc | od -An -tx1 -j4")
        #expect(bytecode.text.trimmingCharacters(in: .whitespacesAndNewlines) == "01 00 00 00")
        let writing = bench.inEnvironment(mount, "touch $PREFIX/lib/x")
        #expect(writing.status != 0)
        #expect(bench.names(in: "store/work/staging") == [])

        let outcome = try await bench.store.inspect("work", for: 1500)
        #expect(outcome.recipe == Self.recipe)
        #expect(outcome.explicit.contains("@EXPLICIT\nfile:///channel/"))
    }

    @Test("A recipe is solved with the lock it would be built by, and nothing of it stays")
    func solve() async throws {
        let bench = try await TestStore()
        let recipe = "dependencies:\n  - berth-base=1.0\n"
        let solved = try await bench.store.solve(recipe, by: 1500) { _ in }
        let lock = try JSONDecoder().decode(Lock.self, from: Data(solved.lock.utf8))
        #expect(lock.packages.map { "\($0.name) \($0.version)" } == ["berth-base 1.0"])
        #expect(bench.names(in: "store/environments") == [] && bench.names(in: "store/work/staging") == [])
        #expect(try await bench.store.list(for: 1500) == [])
        let made = try await bench.store.create(for: bench.owner, environment: "solved", recipe: recipe) { _ in }
        #expect(made.build == (try lock.buildID.text))
        let error = await #expect(throws: StoreError.self) {
            try await bench.store.solve("dependencies:\n  - berth-left\n  - berth-right\n", by: 1500) { _ in }
        }
        #expect(error?.kind == .failed && error?.log.isEmpty == false)
    }

    @Test("The modes of a build let a personal layer change it, and the directory above lets nobody in")
    func modes() async throws {
        let bench = try await TestStore()
        _ = try await bench.store.create(for: bench.owner, environment: "small", recipe: "dependencies: [berth-prefix]\n") { _ in }
        let mount = try await bench.store.mount("small", for: 1500)
        func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(attributes[.posixPermissions] as? Int)
        }
        #expect(try mode(mount.hostPath + "/share/berth") == 0o777)
        #expect(try mode(mount.hostPath + "/share/berth/prefix.txt") == 0o644)
        #expect(try mode(bench.state + "/store") == 0o700)
    }

    @Test("The same recipe again builds nothing and makes no new version; another name shares the build and its disk")
    func again() async throws {
        let bench = try await TestStore()
        let first = try await bench.store.create(for: bench.owner, environment: nil, recipe: Self.recipe) { _ in }
        bench.containers.forget()
        let second = try await bench.store.create(for: bench.owner, environment: nil, recipe: Self.recipe) { _ in }
        #expect(bench.containers.purposes == ["solve"])
        #expect(second == first)
        let other = try await bench.store.create(
            for: .init(name: "bert", uid: 1501), environment: "mine", recipe: Self.recipe
        ) { _ in }
        #expect(other.build == first.build)
        #expect(bench.names(in: "store/environments") == [first.build])
        let log = Bench.run(
            "/usr/bin/git", "--git-dir", bench.state + "/environments/1500/work.git", "log", "--format=%an <%ae> %s", "main")
        #expect(log.text == "anna <anna@localhost> Create the environment\n")
    }

    @Test("A changed recipe is the next version; the files of packages that stay are links to the same ones")
    func change() async throws {
        let bench = try await TestStore()
        let first = try await bench.store.create(for: bench.owner, environment: nil, recipe: Self.recipe) { _ in }
        let second = try await bench.store.create(
            for: bench.owner, environment: nil, recipe: Self.recipe + "\n  MORE: x\n"
        ) { _ in }
        #expect(second.build != first.build)
        let file = "lib/python3.11/site-packages/numpy/__init__.py"
        let inodes = try [first, second].map { summary in
            let path = bench.state + "/store/environments/\(summary.build)/\(file)"
            return try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
        }
        #expect(inodes[0] == inodes[1])
        let log = Bench.run("/usr/bin/git", "--git-dir", bench.state + "/environments/1500/work.git", "log", "--format=%s", "main")
        #expect(log.text == "Change the environment\nCreate the environment\n")
    }

    @Test("The pip part is resolved, locked with hashes and installed; a missing pip is added, with a notice")
    func pip() async throws {
        let bench = try await TestStore()
        let recipe = """
            name: withpip
            dependencies:
              - python=3.11
              - pip:
                  - humanize==4.11.0
            """
        let summary = try await bench.store.create(for: bench.owner, environment: nil, recipe: recipe) { _ in }
        #expect(summary.notices.contains { $0.english.contains("no “pip”") })
        let outcome = try await bench.store.inspect("withpip", for: 1500)
        let line = try #require(outcome.explicit.split(separator: "\n").first { $0.hasPrefix("# pip ") })
        #expect(line.hasPrefix("# pip humanize==4.11.0 --hash=sha256:"))
        let mount = try await bench.store.mount("withpip", for: 1500)
        let run = bench.inEnvironment(
            mount, "$PREFIX/bin/python -c 'import humanize; print(humanize.intword(1234567))'; $PREFIX/bin/pip freeze")
        #expect(run.text.contains("1.2 million"))
        #expect(run.text.contains("humanize==4.11.0"), "\(run.text)")
        // pip is compiled before it runs, and what it has installed afterwards.
        let compiling = ["install-interpreter", "compile"]
        let steps = ["solve", "install"] + compiling + ["pip-resolve", "pip-fetch", "pip-install"] + compiling
        #expect(bench.containers.purposes == steps)
    }

    @Test("Two people who ask for the same at once get one build")
    func together() async throws {
        let bench = try await TestStore()
        async let first = bench.store.create(for: bench.owner, environment: nil, recipe: Self.recipe) { _ in }
        async let second = bench.store.create(for: .init(name: "bert", uid: 1501), environment: nil, recipe: Self.recipe) { _ in }
        let summaries = try await [first, second]
        #expect(summaries[0].build == summaries[1].build)
        #expect(bench.containers.purposes.filter { $0 == "install" }.count == 1)
    }

    @Test("Environments are listed by name and forgotten one by one")
    func listAndRemove() async throws {
        let bench = try await TestStore()
        for name in ["b", "a"] {
            _ = try await bench.store.create(for: bench.owner, environment: name, recipe: "dependencies: [berth-prefix]\n") { _ in }
        }
        #expect(try await bench.store.list(for: 1500).map(\.name) == ["a", "b"])
        #expect(try await bench.store.list(for: 1501).isEmpty)
        try await bench.store.remove("a", for: 1500, ownerName: "anna")
        #expect(try await bench.store.list(for: 1500).map(\.name) == ["b"])
        let error = await #expect(throws: StoreError.self) { try await bench.store.remove("a", for: 1500, ownerName: "anna") }
        #expect(error?.kind == .notFound)
    }
}
