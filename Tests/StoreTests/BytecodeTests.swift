import Configuration
import Environments
import Foundation
import TLS
import Testing

@testable import Store

@Suite("The store: bytecode, once a source", .serialized)
struct BytecodeTests {
    @Test("A second environment links what the first one compiled, and the last one takes it along")
    func shared() async throws {
        let bench = try await TestStore()
        let first = try await make(bench, "one", "[python=3.11, berth-hello]")
        #expect(bench.containers.purposes == ["solve", "install", "install-interpreter", "compile"])
        bench.containers.forget()
        let second = try await make(bench, "two", "[python=3.11, berth-hello, berth-prefix]")
        // What does not compile was tried once, too.
        #expect(bench.containers.purposes == ["solve", "install"])
        for file in [
            "lib/python3.11/__pycache__/os.cpython-311.pyc", "lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc",
            // These name the prefix.
            "bin/python3.11", "lib/python3.11/__pycache__/_sysconfigdata__linux_x86_64-linux-gnu.cpython-311.pyc",
        ] {
            #expect(try inode(bench, first, file) == inode(bench, second, file))
        }
        let mount = try await bench.store.mount("two", for: 1500)
        await bench.store.release(mount)
        let named = bench.inEnvironment(
            mount,
            "$PREFIX/bin/python -c 'import sysconfig; print(sysconfig.get_config_var(\"prefix\"), sysconfig.get_config_var(\"LIBDIR\"))'")
        #expect(named.text == "\(mount.containerPath) \(mount.containerPath)/lib\n")
        let differences = try await bench.store.verify("two", for: 1500).differences
        #expect(differences == [])

        try await bench.store.remove("one", for: 1500, ownerName: "anna")
        #expect(try await bench.store.collectGarbage(inUse: [], dryRun: false).bytecode == 0)
        try await bench.store.remove("two", for: 1500, ownerName: "anna")
        #expect(try await bench.store.collectGarbage(inUse: [], dryRun: true).bytecode == 1)
        #expect(bench.names(in: "store/bytecode").count == 1)
        let outcome = try await bench.store.collectGarbage(inUse: [], dryRun: false)
        #expect(outcome.bytecode == 1)
        #expect(bench.names(in: "store/bytecode") == [])
        #expect(outcome.kept < 10 << 20)
    }

    @Test("Bytecode that pip's code plants is in no environment, its own included")
    func planted() async throws {
        let folder = "/var/tmp/berth-planted-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/planter-1.0", withIntermediateDirectories: true)
        try """
        import os, py_compile, sysconfig
        from setuptools import setup
        from setuptools.command.install_lib import install_lib
        site = sysconfig.get_paths()["purelib"]
        class plant(install_lib):
            def run(self):
                super().run()
                open("other.py", "w").write("GREETING = 'planted'\\n")
                # In the wheel, which pip unpacks over the others' files.
                target = self.install_dir + "/__pycache__/berth_hello.cpython-311.pyc"
                os.makedirs(os.path.dirname(target), exist_ok=True)
                py_compile.compile("other.py", target, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
                # And a link where the launcher, which is root, will write.
                try:
                    os.symlink("/scratch", site + "/numpy/__pycache__")
                except OSError:
                    return
                raise SystemExit("the environment can be written")
        setup(name="planter", version="1.0", py_modules=["planter"], cmdclass={"install_lib": plant})
        """.write(toFile: folder + "/planter-1.0/setup.py", atomically: true, encoding: .utf8)
        try "made = True\n".write(toFile: folder + "/planter-1.0/planter.py", atomically: true, encoding: .utf8)
        try #require(Bench.run("/bin/tar", "-C", folder, "-czf", folder + "/planter-1.0.tar.gz", "planter-1.0").status == 0)
        var settings = Bench.settings
        settings.mounts.append(SharedDirectory(source: folder, target: "/sdist", readOnly: true))
        let bench = try await TestStore(settings: settings)
        let evil = try await make(
            bench, "evil", "[python=3.11, pip, numpy, berth-hello, {pip: ['--find-links /sdist', planter==1.0]}]")
        let mount = try await bench.store.mount("evil", for: 1500)
        let seen = bench.inEnvironment(
            mount,
            "$PREFIX/bin/python -c 'import planter, berth_hello, numpy; print(planter.__cached__, hasattr(berth_hello, \"GREETING\"))'")
        #expect(seen.text == "\(mount.containerPath)/lib/python3.11/site-packages/__pycache__/planter.cpython-311.pyc False\n")
        var status = stat()
        let pycache = bench.state + "/store/environments/\(evil)/lib/python3.11/site-packages/numpy/__pycache__"
        #expect(lstat(pycache, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)

        let good = try await make(bench, "good", "[python=3.11, berth-hello]")
        #expect(
            try inode(bench, evil, "lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc")
                == inode(bench, good, "lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc"))
    }

    @Test("What the compiler's container leaves is taken only where it is bytecode, and links are not followed")
    func adopting() throws {
        let state = "/var/tmp/berth-bytecode-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: state) }
        let layout = StoreLayout(state: state)
        try layout.prepare(builderUID: 64_101, gitUID: 64_103)
        let interpreter = try #require(Interpreter(of: Self.lock))
        let cache = BytecodeCache(layout, interpreter)
        let (output, waiting) = (state + "/output", state + "/waiting")
        for path in [output, waiting] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        let header = Data([0xa7, 0x0d, 0x0d, 0x0a, 1, 0, 0, 0] + [UInt8](repeating: 7, count: 8) + [0x63])
        let dated = Data([0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0] + [UInt8](repeating: 7, count: 8) + [0x63])
        try Data("cpython-311".utf8).write(to: URL(filePath: output + "/tag"))
        try header.write(to: URL(filePath: output + "/good"))
        try dated.write(to: URL(filePath: output + "/dated"))
        try header.write(to: URL(filePath: state + "/elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: output + "/link", withDestinationPath: state + "/elsewhere")
        #expect(mkfifo(output + "/pipe", 0o644) == 0)
        let sources = ["good", "dated", "link", "pipe", "absent"].map { PythonSource(path: "lib/\($0).py", sha256: $0) }
        #expect(try cache.missing(of: sources + sources, in: cache.entries()).map(\.sha256) == sources.map(\.sha256))
        try cache.adopt(sources, from: output, by: waiting)
        #expect(try cache.missing(of: sources, in: cache.entries()).isEmpty)
        let kept = try FileManager.default.contentsOfDirectory(atPath: layout.bytecode + "/" + interpreter.identity).sorted()
        #expect(kept == ["absent.none", "dated.none", "good-\(Digest(sha256: header))", "link.none", "pipe.none", "tag"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: waiting) == [])

        try Data("../../evil".utf8).write(to: URL(filePath: output + "/tag"))
        #expect(throws: FileError.self) { try cache.adopt(sources, from: output, by: waiting) }
    }

    @Test("A file that has all the names its file system allows is followed by another")
    func manyNames() throws {
        let state = "/var/tmp/berth-names-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: state) }
        let layout = StoreLayout(state: state)
        try layout.prepare(builderUID: 64_101, gitUID: 64_103)
        let interpreter = try #require(Interpreter(of: Self.lock))
        let directory = layout.bytecode + "/" + interpreter.identity
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data("cpython-311".utf8).write(to: URL(filePath: directory + "/tag"))
        try Data("bytecode".utf8).write(to: URL(filePath: directory + "/empty-digest"))
        let names = state + "/names"
        try FileManager.default.createDirectory(atPath: names, withIntermediateDirectories: true)
        var count = 0
        while count < 70_000, link(directory + "/empty-digest", "\(names)/\(count)") == 0 { count += 1 }
        try #require(errno == EMLINK, "this file system has no limit below 70,000")
        let tree = state + "/tree"
        try FileManager.default.createDirectory(atPath: tree + "/lib/package", withIntermediateDirectories: true)
        var contents = BuildContents()
        contents.note("lib/package/__init__.py", digest: "empty", try status(of: tree), isSource: true)
        let cache = BytecodeCache(layout, interpreter)
        try cache.link(cache.entries(), into: tree, &contents, owner: 64_101)
        #expect(contents.texts["lib/package/__pycache__/__init__.cpython-311.pyc"] == "digest")
        #expect(try Data(contentsOf: URL(filePath: tree + "/lib/package/__pycache__/__init__.cpython-311.pyc")) == Data("bytecode".utf8))
    }

    private static let lock = Lock(
        platform: "linux-64",
        packages: [
            CondaPackage(
                name: "python", version: "3.11.2", build: "0", url: "file:///channel/linux-64/python-3.11.2-0.conda", sha256: "ab",
                md5: nil,
                size: nil, subdir: "linux-64", depends: ["libc", "__glibc >=2.17"]),
            CondaPackage(
                name: "libc", version: "1", build: "0", url: "file:///channel/linux-64/libc-1-0.conda", sha256: "cd", md5: nil,
                size: nil, subdir: "linux-64", depends: []),
            CondaPackage(
                name: "evil", version: "1", build: "0", url: "file:///channel/noarch/evil-1-0.conda", sha256: "ef", md5: nil,
                size: nil, subdir: "noarch", depends: ["python"]),
        ])

    @Test("The interpreter is Python with what it needs, and nothing that needs Python")
    func closure() throws {
        #expect(try #require(Interpreter(of: Self.lock)).lock.packages.map(\.name) == ["libc", "python"])
        #expect(Interpreter(of: Lock(platform: "linux-64", packages: [])) == nil)
    }

    private func make(_ bench: TestStore, _ name: String, _ dependencies: String) async throws -> String {
        try await bench.store.create(for: bench.owner, environment: name, recipe: "dependencies: \(dependencies)\n") { _ in }.build
    }

    private func inode(_ bench: TestStore, _ build: String, _ file: String) throws -> ino_t {
        var status = stat()
        try #require(stat("\(bench.state)/store/environments/\(build)/\(file)", &status) == 0, "\(file)")
        return status.st_ino
    }
}
