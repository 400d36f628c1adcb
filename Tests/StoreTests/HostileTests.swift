import Configuration
import Foundation
import Testing

@testable import Store

@Suite("The store: hostile recipes harm nobody but themselves", .serialized)
struct HostileTests {
    @Test(
        "A package that leads out of its environment is refused, and the package cache is as it was",
        arguments: [
            ("evil-path", "leads out of the environment"),
            ("evil-through", "through the link share/berth"),
            ("evil-command", "leads out of the environment"),
        ])
    func escaping(package: String, reason: String) async throws {
        let evil = try evilChannel()
        defer { try? FileManager.default.removeItem(atPath: evil) }
        var settings = Bench.settings
        settings.mounts.append(SharedDirectory(source: evil, target: "/evil", readOnly: true))
        let bench = try await TestStore(settings: settings)

        let recipe = "channels: ['file:///evil', 'file:///channel']\ndependencies: [\(package)]\n"
        let error = try #require(
            await #expect(throws: StoreError.self) {
                try await bench.store.create(for: bench.owner, environment: "x", recipe: recipe) { _ in }
            })
        #expect(error.log.contains { $0.contains(reason) }, "\(error)")
        bench.expectNothingBuilt()
        let cached = bench.names(in: "store/work/pkgs")
        #expect(!cached.contains("evil.txt"))
        #expect(!cached.contains("evil"))
        #expect(bench.names(in: "store/work") == ["pkgs", "repodata", "staging"])
    }

    @Test("A package without a SHA-256 is not taken: the cache would find it by its name for others")
    func unhashed() async throws {
        let evil = try evilChannel()
        defer { try? FileManager.default.removeItem(atPath: evil) }
        let index = evil + "/noarch/repodata.json"
        let text = try String(contentsOfFile: index, encoding: .utf8)
        let stripped = text.replacing(/"sha256":\s*"[0-9a-f]{64}",?/, with: "")
        try #require(stripped != text)
        try stripped.write(toFile: index, atomically: true, encoding: .utf8)
        try? FileManager.default.removeItem(atPath: index + ".zst")
        var settings = Bench.settings
        settings.mounts.append(SharedDirectory(source: evil, target: "/evil", readOnly: true))
        let bench = try await TestStore(settings: settings)
        let error = try #require(
            await #expect(throws: StoreError.self) {
                try await bench.store.create(
                    for: bench.owner, environment: "x", recipe: "channels: ['file:///evil']\ndependencies: [evil-open]\n"
                ) { _ in }
            })
        #expect(error.message.contains("SHA-256"), "\(error)")
        #expect(error.log == ["evil-open"])
        bench.expectNothingBuilt()
    }

    @Test("A file that a package brings open to all is closed before foreign code runs beside the cache")
    func openFiles() async throws {
        let root = "/var/tmp/berth-tree-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(atPath: root + "/bin", withIntermediateDirectories: true)
        for (name, mode) in [("open.txt", 0o666), ("bin/tool", 0o777), ("bin/setuid", 0o4755)] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(root)/\(name)"))
            #expect(chmod("\(root)/\(name)", mode_t(mode)) == 0)
        }
        try Tree.openDirectories(root)
        func mode(_ name: String) throws -> mode_t {
            var status = stat()
            try #require(lstat("\(root)/\(name)", &status) == 0)
            return status.st_mode & 0o7777
        }
        #expect(try mode("") == 0o777)
        #expect(try mode("open.txt") == 0o644)
        #expect(try mode("bin/tool") == 0o755)
        #expect(try mode("bin/setuid") == 0o755)
    }

    /// A channel of packages that try to write where they may not.
    private func evilChannel() throws -> String {
        let evil = "/var/tmp/berth-evil-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: evil, withIntermediateDirectories: true)
        let script = Bench.root.appending(path: "Tests/Fixtures/evil_channel.py").path
        let made = Bench.docker(
            "run", "--rm", "--network", "none", "--volume", "\(script):/evil_channel.py:ro", "--volume", "\(evil):/evil",
            Bench.builderImage, "python3", "/evil_channel.py", "/evil")
        try #require(made.status == 0, "\(made.text)")
        return evil
    }

    /// A directory with the source package `name` 1.0, whose `setup.py` is `script`; what it notes as `found` becomes its module.
    private func source(_ name: String, _ script: String) throws -> String {
        let folder = "/var/tmp/berth-sdist-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder + "/\(name)-1.0", withIntermediateDirectories: true)
        try """
        import os, socket
        from setuptools import setup
        def reach(path):
            try:
                os.stat(path); return True
            except OSError:
                return False
        \(script)
        open("\(name).py", "w").write(f"found = {found!r}\\n")
        setup(name="\(name)", version="1.0", py_modules=["\(name)"])
        """.write(toFile: folder + "/\(name)-1.0/setup.py", atomically: true, encoding: .utf8)
        try #require(Bench.run("/bin/tar", "-C", folder, "-czf", folder + "/\(name)-1.0.tar.gz", "\(name)-1.0").status == 0)
        return folder
    }

    private func found(by name: String, in bench: TestStore) async throws -> String {
        let mount = try await bench.store.mount(name, for: 1500)
        return bench.inEnvironment(mount, "$PREFIX/bin/python -c 'import \(name); print(sorted(\(name).found.items()))'").text
    }

    @Test("Code that runs while pip builds sees its own environment and nothing of anybody else's")
    func buildTimeCode() async throws {
        let folder = try source(
            "nosy",
            """
            def writable(path):
                return os.access(path, os.W_OK)
            found = {
                "uid": os.getuid(), "groups": os.getgroups(), "work": reach("/work"), "job": writable("/job/builder.py"),
                "docker": reach("/var/run/docker.sock"), "root": writable("/etc"), "state": reach("/var/lib/berth"),
                "capabilities": [line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapEff", "CapBnd"))],
            }
            """)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = Bench.settings
        settings.mounts.append(SharedDirectory(source: folder, target: "/sdist", readOnly: true))
        let bench = try await TestStore(settings: settings)
        let recipe = """
            dependencies:
              - python=3.11
              - pip
              - pip:
                  - --find-links /sdist
                  - nosy==1.0
            """
        _ = try await bench.store.create(for: bench.owner, environment: "nosy", recipe: recipe) { _ in }
        #expect(
            try await found(by: "nosy", in: bench)
                == "[('capabilities', ['0000000000000000', '0000000000000000']), ('docker', False), ('groups', [64102]), ('job', False), ('root', False), ('state', False), ('uid', 64102), ('work', False)]\n"
        )
    }

    @Test("Two people, one of them hostile: build-time code finds nothing of the other, and no service of the host's own")
    func twoPeople() async throws {
        let (service, port) = try loopbackService()
        defer { close(service) }
        let home = "/home/berth-other-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: URL(filePath: home + "/secret.txt"))

        var settings = Bench.settings
        settings.network = "bridge"
        let state = "/var/tmp/berth-store-" + UUID().uuidString
        let folder = try source(
            "curious",
            """
            def connects(port):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close(); return True
                except OSError:
                    return False
            seen = [name for top in ("/home", "/root", "/opt", "/mnt", "/srv", "/var/lib", "/var/tmp") for _, folders, files in os.walk(top) for name in folders + files]
            found = {
                "builds": sum(len(name) == 32 for name in os.listdir("/opt/berth/envs")), "secret": "secret.txt" in seen,
                "state": reach("\(state)"), "home": reach("\(home)"), "his": "prefix.bin" in seen, "service": connects(\(port)),
                "cache": "pkgs" in seen,
            }
            """)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // What builds it comes from the shelf too: this recipe needs no network.
        let wheels = (try? FileManager.default.contentsOfDirectory(atPath: Self.wheels)) ?? []
        let setuptools = try #require(wheels.first { $0.hasPrefix("setuptools-") })
        try FileManager.default.copyItem(atPath: "\(Self.wheels)/\(setuptools)", toPath: "\(folder)/\(setuptools)")
        settings.mounts.append(SharedDirectory(source: folder, target: "/sdist", readOnly: true))

        let bench = try await TestStore(state: state, settings: settings)
        let other = Store.Owner(name: "bert", uid: 1501)
        _ = try await bench.store.create(for: other, environment: "his", recipe: "dependencies: [berth-prefix]\n") { _ in }
        let recipe = """
            dependencies:
              - python=3.11
              - pip
              - pip:
                  - --no-index
                  - --find-links /sdist
                  - curious==1.0
            """
        _ = try await bench.store.create(for: bench.owner, environment: "curious", recipe: recipe) { _ in }
        #expect(
            try await found(by: "curious", in: bench)
                == "[('builds', 1), ('cache', False), ('his', False), ('home', False), ('secret', False), ('service', False), ('state', False)]\n"
        )
        #expect(try await bench.store.verify("his", for: 1501).differences == [])
    }

    private static let wheels = (ProcessInfo.processInfo.environment["BERTH_CACHE"] ?? "/var/cache/berth") + "/wheels"

    /// Something that listens for this host alone, and its port.
    private func loopbackService() throws -> (socket: CInt, port: UInt16) {
        let service = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(service, address, length) == 0 && listen(service, 1) == 0 && getsockname(service, address, &length) == 0
            } ? UInt16(bigEndian: pointer.pointee.sin_port) : 0
        }
        try #require(port > 0)
        return (service, port)
    }
}
