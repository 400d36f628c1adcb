import Configuration
import Environments
import Foundation
import Testing

@testable import Store

@Suite("The store: wheels that pip installed from are kept", .serialized)
struct WheelTests {
    private static let conda = "dependencies: [python=3.11, pip, "

    private func settings(_ servers: WebServer..., sdists: [SourceDistribution] = []) -> EnvironmentConfiguration {
        var settings = sdists.reduce(Bench.settings) { $1.settings($0) }
        settings.pipHosts = servers.map { "127.0.0.1:\($0.port)" }
        return settings
    }

    @Test("A build comes back byte for byte when its index has dropped the files, and pip needs no network for it")
    func dropped() async throws {
        let index = try PipIndex(wheel: "tiny")
        let server = try WebServer(index.path)
        let bench = try await TestStore(settings: settings(server), warm: true)
        let recipe =
            Self.conda
            + "{pip: ['--index-url \(server.url)/simple', tiny==1.0, 'small @ \(server.url)/simple/small/\(PipIndex.file("small"))']}]\n"
        try index.add("small")
        let made = try await bench.store.create(for: bench.owner, environment: "one", recipe: recipe) { _ in }
        let before = try Manifest(of: bench.state + "/store/environments/" + made.build).files
        #expect(before.keys.contains { $0.hasSuffix("small-1.0.dist-info/direct_url.json") })
        #expect(!before.keys.contains { $0.hasSuffix("tiny-1.0.dist-info/direct_url.json") })
        let small = bench.state + "/store/environments/\(made.build)/lib/python3.11/site-packages/small-1.0.dist-info"
        let origin = try String(contentsOfFile: small + "/direct_url.json", encoding: .utf8)
        #expect(origin.contains("\"url\": \"\(server.url)/simple/small/\(PipIndex.file("small"))\""), "\(origin)")
        let record = try String(contentsOfFile: small + "/RECORD", encoding: .utf8)
        #expect(record.contains("small-1.0.dist-info/direct_url.json,sha256="), "\(record)")

        try index.drop("tiny", PipIndex.file("tiny"))
        try index.drop("small", PipIndex.file("small"))
        try FileManager.default.removeItem(atPath: bench.state + "/store/environments/" + made.build)
        bench.containers.forget()
        _ = try await bench.store.mount("one", for: 1500) { _ in }
        #expect(!bench.containers.purposes.contains("pip-fetch"), "\(bench.containers.purposes)")
        #expect(bench.containers.purposes.contains("pip-install"))
        #expect(try Manifest(of: bench.state + "/store/environments/" + made.build).files == before)
        let install = await bench.containers.begun(1, "pip-install")
        #expect(install.network == nil)
        #expect(install.mounts.filter { $0.target == "/wheels" }.map(\.readOnly) == [true])
        #expect(!install.mounts.contains { $0.target == "/egress" })

        // A wheel that a lock names with its digest is everybody's: another recipe that asks for it needs no fetch.
        try index.add("tiny")
        bench.containers.forget()
        _ = try await bench.store.create(
            for: .init(name: "bert", uid: 1501), environment: "two",
            recipe: Self.conda + "berth-base, {pip: ['--index-url \(server.url)/simple', tiny==1.0]}]\n"
        ) { _ in }
        #expect(bench.containers.purposes.contains("pip-resolve") && !bench.containers.purposes.contains("pip-fetch"))
        // And its files are one in both.
        let two = try await bench.store.mount("two", for: 1501) { _ in }
        let module = "/lib/python3.11/site-packages/tiny.py"
        let inodes = try [bench.state + "/store/environments/" + made.build, two.hostPath].map { try status(of: $0 + module).st_ino }
        #expect(inodes[0] == inodes[1])
        #expect(try await bench.store.verify("two", for: 1501).differences == [])

        // One that the disk has damaged is made anew from its wheel, not from what the other build has.
        let handle = try FileHandle(forWritingTo: URL(filePath: two.hostPath + module))
        try handle.write(contentsOf: Data("answer = 43".utf8))
        try handle.close()
        await bench.store.release(two)
        _ = try await bench.store.repair("two", for: .init(name: "bert", uid: 1501), inUse: []) { _ in }
        #expect(try await bench.store.verify("two", for: 1501).differences == [])
        let left = try await bench.store.verify("one", for: 1500).differences
        // Two packages have the same module, so that is one file.
        #expect(left.map(\.path) == ["small", "tiny"].map { "lib/python3.11/site-packages/\($0).py" }, "\(left)")
    }

    @Test("What is neither in the index nor kept is named, with the nearest that the index has; one that doesn't answer has lost nothing")
    func gone() async throws {
        let index = try PipIndex(wheel: "tiny")
        let server = try WebServer(index.path)
        let bench = try await TestStore(settings: settings(server), warm: true)
        for name in ["small", "other", "lone"] { try index.add(name) }
        let address = "\(server.url)/simple/lone/\(PipIndex.file("lone"))"
        let recipe = Self.conda + "{pip: ['--index-url \(server.url)/simple', tiny==1.0, small==1.0, other==1.0, 'lone @ \(address)']}]\n"
        _ = try await bench.store.create(for: bench.owner, environment: "one", recipe: recipe) { _ in }

        var unreachable = settings()
        unreachable.variables["PIP_RETRIES"] = "1"
        let cut = try await TestStore(settings: unreachable, warm: true)
        try cut.takeHistories(of: bench)
        let unanswered = try #require(await #expect(throws: StoreError.self) { try await cut.store.mount("one", for: 1500) { _ in } })
        #expect(unanswered.message.english.contains("pip's own words"), "\(unanswered)")

        let other = try await TestStore(settings: settings(server), warm: true)
        try other.takeHistories(of: bench)
        try index.drop("tiny", PipIndex.file("tiny"))
        for version in ["0.9", "1.2", "2.0"] { try index.add("tiny", version) }
        try index.add("small", answer: "43")
        try index.drop("lone", PipIndex.file("lone"))
        let error = try #require(await #expect(throws: StoreError.self) { try await other.store.mount("one", for: 1500) { _ in } })
        #expect(error.message.english.contains("no longer to be had"), "\(error)")
        #expect(
            error.log == [
                "lone 1.0 is gone: \(address)", "small 1.0 is gone: \(server.url)/simple/small/\(PipIndex.file("small"))",
                "tiny 1.0 is gone: \(server.url)/simple/tiny/\(PipIndex.file("tiny"))", "The nearest that the index has:",
                "small: 1.0 → another file of 1.0", "tiny: 1.0 → 1.2",
            ], "\(error)")
        #expect(other.names(in: "store/environments") == [])
        #expect(other.names(in: "store/wheels/files") == [])
    }

    @Test("What was built from source comes back as it was built, for the very same lock and for no other")
    func built() async throws {
        let sdist = try SourceDistribution("berthmade", setup: "import uuid\nfound = {'build': uuid.uuid4().hex}")
        let bench = try await TestStore(settings: settings(sdists: [sdist]), warm: true)
        let made = try await bench.store.create(for: bench.owner, environment: "one", recipe: sdist.recipe) { _ in }
        let tree = bench.state + "/store/environments/" + made.build
        let before = try Manifest(of: tree).files
        try FileManager.default.removeItem(atPath: tree)
        bench.containers.forget()
        _ = try await bench.store.mount("one", for: 1500) { _ in }
        #expect(!bench.containers.purposes.contains("pip-fetch"))
        #expect(try Manifest(of: tree).files == before)

        // The same source in another lock is built again: who knows what the first build did to it.
        bench.containers.forget()
        let other = try await bench.store.create(
            for: bench.owner, environment: "two", recipe: sdist.recipe.replacing("pip,", with: "pip, berth-base,")
        ) { _ in }
        #expect(bench.containers.purposes.contains("pip-fetch"))
        let module = "lib/python3.11/site-packages/berthmade.py"
        #expect(try Manifest(of: bench.state + "/store/environments/" + other.build).files[module] != before[module])
    }

    @Test("A package from a repository comes back when the repository is gone")
    func repository() async throws {
        let folder = try PipIndex()
        let script = """
            set -e; cd "$1"; mkdir work; cd work; git init -q .
            printf 'from setuptools import setup\\nsetup(name="berthgit", version="1.0", py_modules=["berthgit"])\\n' > setup.py
            echo 'answer = 42' > berthgit.py
            git add . && git -c user.name=a -c user.email=a@b commit -qm one
            cd .. && git clone -q --bare work berthgit.git && cd berthgit.git && git update-server-info
            """
        try #require(Bench.run("/bin/bash", "-c", script, "-", folder.path).status == 0)
        let server = try WebServer(folder.path)
        let bench = try await TestStore(settings: settings(server), warm: true)
        let address = "git+\(server.url)/berthgit.git"
        let made = try await bench.store.create(
            for: bench.owner, environment: "one", recipe: Self.conda + "{pip: ['berthgit @ \(address)']}]\n"
        ) { _ in }
        let tree = bench.state + "/store/environments/" + made.build
        let before = try Manifest(of: tree).files
        let origin = try String(
            contentsOfFile: tree + "/lib/python3.11/site-packages/berthgit-1.0.dist-info/direct_url.json", encoding: .utf8)
        #expect(origin.contains("\"vcs\": \"git\"") && origin.contains("\"url\": \"\(server.url)/berthgit.git\""), "\(origin)")

        let empty = try await TestStore(settings: settings(server), warm: true)
        try empty.takeHistories(of: bench)
        try FileManager.default.removeItem(atPath: folder.path + "/berthgit.git")
        try FileManager.default.removeItem(atPath: tree)
        _ = try await bench.store.mount("one", for: 1500) { _ in }
        #expect(try Manifest(of: tree).files == before)
        let error = try #require(await #expect(throws: StoreError.self) { try await empty.store.mount("one", for: 1500) { _ in } })
        #expect(error.log.first?.hasPrefix("berthgit 1.0 is gone: \(address)@") == true, "\(error)")
    }

    @Test("Wheels go when no version within the retention has them, and a dry run tells which")
    func garbage() async throws {
        let index = try PipIndex(wheel: "tiny")
        try index.add("small")
        let server = try WebServer(index.path)
        var settings = settings(server)
        settings.keepVersions = 1
        let bench = try await TestStore(settings: settings, warm: true)
        func recipe(_ packages: String) -> String {
            "name: x\n" + Self.conda + "{pip: ['--index-url \(server.url)/simple', \(packages)]}]\n"
        }
        _ = try await bench.store.create(for: bench.owner, environment: nil, recipe: recipe("tiny==1.0, small==1.0")) { _ in }
        let second = try await bench.store.create(for: bench.owner, environment: nil, recipe: recipe("tiny==1.0")) { _ in }
        #expect(bench.names(in: "store/wheels/files").count == 2)
        // The build of the version that stays was lost: its wheels are needed all the more.
        try FileManager.default.removeItem(atPath: bench.state + "/store/environments/" + second.build)
        let dry = try await bench.store.collectGarbage(inUse: [], dryRun: true)
        #expect(dry.wheels == [PipIndex.file("small")])
        #expect(bench.names(in: "store/wheels/files").count == 2)
        let outcome = try await bench.store.collectGarbage(inUse: [], dryRun: false)
        #expect(outcome.wheels == dry.wheels)
        #expect(bench.names(in: "store/wheels/files").count == 1)
        #expect(bench.names(in: "store/wheels/locks") == [second.build + ".json"])
        // Both builds are gone, and so is what was theirs alone.
        #expect(bench.names(in: "store/files") == [])
    }
}

@Suite("The store: wheels are taken out of what foreign code wrote")
struct WheelStoreTests {
    private let layout = StoreLayout(state: "/var/tmp/berth-wheels-" + UUID().uuidString)
    private let output: String
    private let waiting: String

    init() throws {
        output = layout.state + "/output"
        waiting = layout.state + "/waiting"
        try layout.prepare(builderUID: 64_101, gitUID: 64_103)
        for path in [output, waiting] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    }

    private func package(_ name: String, sha256: String? = nil, from file: String? = nil) -> PipPackage {
        PipPackage(name: name, version: "1.0", url: "https://h/\(file ?? PipIndex.file(name))", sha256: sha256, direct: false)
    }

    private func lock(_ packages: PipPackage...) -> Lock { Lock(platform: "linux-64", packages: [], pip: packages) }

    private func write(_ text: String, _ file: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(output)/\(file)"))
        return String(Bench.run("/usr/bin/sha256sum", "\(output)/\(file)").text.prefix(64))
    }

    @Test("A link, a FIFO and a file with another digest than the lock's are no wheels")
    func untrusted() throws {
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let store = WheelStore(layout)
        #expect(symlink("/etc/passwd", "\(output)/\(PipIndex.file("linked"))") == 0)
        #expect(mkfifo("\(output)/\(PipIndex.file("pipe"))", 0o644) == 0)
        let digest = try write("evil", PipIndex.file("changed"))
        for package in [package("linked"), package("pipe"), package("absent"), package("../x")] {
            #expect(throws: StoreError.self, "\(package.name)") { try store.adopt([package], from: output, by: waiting) }
        }
        let other = String(digest.reversed())
        let error = #expect(throws: StoreError.self) {
            try store.adopt([package("changed", sha256: other)], from: output, by: waiting)
        }
        #expect(error?.log == ["sha256 \(digest), and the lock says \(other)"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: layout.wheelFiles) == [])
    }

    @Test("What was built is found by its own lock alone; what has its digest in the lock by every lock")
    func whose() throws {
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let store = WheelStore(layout)
        let source = package("made", sha256: String(repeating: "ab", count: 32), from: "made-1.0.tar.gz")
        let digest = try write("fetched", PipIndex.file("fetched"))
        _ = try write("built", PipIndex.file("made"))
        let fetched = package("fetched", sha256: digest)
        let own = lock(source, fetched), other = lock(source, fetched, package("more"))
        let wheels = try store.adopt(own.pip, from: output, by: waiting)
        try store.note(wheels, for: own.identity)
        #expect(try store.kept(of: own, as: own.identity) == wheels)
        #expect(Set(wheels.keys) == ["fetched", "made"])
        #expect(try store.kept(of: other, as: other.identity).keys.sorted() == ["fetched"])
        // A lock that names the file without a digest gets nobody else's.
        let unproved = lock(package("fetched"))
        #expect(try store.kept(of: unproved, as: unproved.identity) == [:])
        // What the disk has changed is not given.
        let path = "\(layout.wheelFiles)/\(digest)/\(PipIndex.file("fetched"))"
        try #require(FileManager.default.createFile(atPath: path, contents: Data("fetch3d".utf8)))
        #expect(try store.kept(of: own, as: own.identity).keys.sorted() == ["made"])
        #expect(access(path, F_OK) != 0)
    }
}

@Suite("The store: files that no package brought are shared by their content")
struct SharedFilesTests {
    @Test("The first is kept, the next become it; what can be run is another, and what has other names is left alone")
    func unite() throws {
        let layout = StoreLayout(state: "/var/tmp/berth-files-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        try layout.prepare(builderUID: 64_101, gitUID: 64_103)
        let (tree, waiting) = (layout.state + "/tree", layout.state + "/waiting")
        for path in [tree, waiting] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        for (name, mode) in [("a.py", 0o644), ("b.py", 0o644), ("run", 0o755), ("held", 0o644), ("empty", 0o644)] {
            try Data((name == "empty" ? "" : "same").utf8).write(to: URL(filePath: "\(tree)/\(name)"))
            #expect(chmod("\(tree)/\(name)", mode_t(mode)) == 0)
        }
        #expect(link(tree + "/held", layout.state + "/elsewhere") == 0)
        let sharing = SharedFiles(layout, waiting: waiting)
        let contents = try BuildContents(reading: tree, known: KnownDigests(), owner: 0, sharing: sharing)
        func inode(_ name: String) throws -> ino_t { try status(of: "\(tree)/\(name)").st_ino }
        #expect(try inode("a.py") == inode("b.py"))
        #expect(try Set(["a.py", "run", "held", "empty"].map(inode)).count == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: layout.files).count == 2)
        #expect(try Manifest(of: contents) == Manifest(of: tree))
        #expect(try FileManager.default.contentsOfDirectory(atPath: waiting) == [])

        #expect(try SharedFiles.unused(in: layout, once: LeavingNames([])) == [])
        #expect(try SharedFiles.unused(in: layout, once: LeavingNames([tree])).count == 2)
    }
}
