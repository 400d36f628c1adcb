import Configuration
import Environments
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
            ("evil-record", "what is installed is for the installer to say"),
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

    @Test(
        "What a record names is looked for in its tree alone, wherever it points", arguments: ["../outside", "out/outside", "/etc/passwd"])
    func recordedPaths(path: String) throws {
        let root = "/var/tmp/berth-records-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(atPath: root + "/tree/conda-meta", withIntermediateDirectories: true)
        try Data("root:".utf8).write(to: URL(fileURLWithPath: root + "/outside"))
        #expect(symlink("..", root + "/tree/out") == 0)
        func verify(files: [String], paths: [[String: String]]) throws {
            let record: [String: Any] = ["name": "a", "version": "1", "build": "0", "files": files, "paths_data": ["paths": paths]]
            try JSONSerialization.data(withJSONObject: record).write(to: URL(fileURLWithPath: root + "/tree/conda-meta/a-1-0.json"))
            let package = CondaPackage(
                name: "a", version: "1", build: "0", url: "file:///a-1-0.conda", sha256: nil, md5: nil, size: nil, subdir: "noarch",
                depends: [])
            _ = try CondaMetadata.verify(root + "/tree", lock: Lock(platform: "linux-64", packages: [package]))
        }
        try verify(files: ["conda-meta/a-1-0.json"], paths: [])
        let absent = #expect(throws: StoreError.self) { try verify(files: [path], paths: []) }
        #expect(absent?.log == ["a lacks \(path)"])
        let unread = #expect(throws: StoreError.self) { try verify(files: [], paths: [["_path": path, "prefix_placeholder": "root:"]]) }
        #expect(unread?.log == ["a's \(path) is no file"])
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
        #expect(error.message.english.contains("SHA-256"), "\(error)")
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

    @Test("Code that runs while pip builds sees its own environment and nothing of anybody else's")
    func buildTimeCode() async throws {
        let sdist = try SourceDistribution(
            "berthnosy",
            setup: """
                def writable(path):
                    return os.access(path, os.W_OK)
                found = {
                    "uid": os.getuid(), "groups": os.getgroups(), "work": reach("/work"), "job": writable("/job/builder.py"),
                    "docker": reach("/var/run/docker.sock"), "root": writable("/etc"), "state": reach("/var/lib/berth"),
                    "egress": writable("/egress"),
                    "capabilities": [line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapEff", "CapBnd"))],
                }
                """)
        let bench = try await TestStore(settings: sdist.settings(Bench.settings), warm: true)
        _ = try await bench.store.create(for: bench.owner, environment: "berthnosy", recipe: sdist.recipe) { _ in }
        let mount = try await bench.store.mount("berthnosy", for: 1500)
        let found = bench.inEnvironment(mount, "$PREFIX/bin/python -c 'import berthnosy; print(sorted(berthnosy.found.items()))'").text
        #expect(
            found
                == "[('capabilities', ['0000000000000000', '0000000000000000']), ('docker', False), ('egress', False), ('groups', [64102]), ('job', False), ('root', False), ('state', False), ('uid', 64102), ('work', False)]\n"
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

        let state = "/var/tmp/berth-store-" + UUID().uuidString
        let sdist = try SourceDistribution(
            "berthcurious",
            setup: """
                def connects(port):
                    try:
                        socket.create_connection(("127.0.0.1", port), 1).close(); return True
                    except OSError:
                        return False
                seen = [name for top in ("/home", "/root", "/opt", "/mnt", "/srv", "/var/lib", "/var/tmp") for _, folders, files in os.walk(top) for name in folders + files]
                found = {
                    "builds": os.listdir("/opt/berth"), "secret": "secret.txt" in seen,
                    "state": reach("\(state)"), "home": reach("\(home)"), "his": "prefix.bin" in seen, "service": connects(\(port)),
                    "cache": "pkgs" in seen,
                }
                """)
        let bench = try await TestStore(state: state, settings: sdist.settings(Bench.settings))
        let other = Store.Owner(name: "bert", uid: 1501)
        _ = try await bench.store.create(for: other, environment: "his", recipe: "dependencies: [berth-prefix]\n") { _ in }
        _ = try await bench.store.create(for: bench.owner, environment: "berthcurious", recipe: sdist.recipe) { _ in }
        let mount = try await bench.store.mount("berthcurious", for: 1500)
        let found = bench.inEnvironment(mount, "$PREFIX/bin/python -c 'import berthcurious; print(sorted(berthcurious.found.items()))'")
            .text
        #expect(
            found
                == "[('builds', ['env']), ('cache', False), ('his', False), ('home', False), ('secret', False), ('service', False), ('state', False)]\n"
        )
        #expect(try await bench.store.verify("his", for: 1501).differences == [])
    }

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
