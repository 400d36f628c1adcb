import Configuration
import Environments
import Foundation
import Testing

@testable import Store

@Suite("The store: what pip would install on other platforms", .serialized)
struct ForeignPipTests {
    @Test("The lock of another platform has pip's part, by that platform's markers and wheels, and nothing of it runs")
    func resolved() async throws {
        let index = try PipIndex()
        let server = try WebServer(index.path)
        // CPython of the test's channel is for one platform alone.
        let second = try SecondChannel("python=3.11.9")
        let (own, other) = Platform.host == "linux-64" ? ("x86_64", "aarch64") : ("aarch64", "x86_64")
        let platform = Platform.host == "linux-64" ? "linux-aarch64" : "linux-64"
        for machine in [own, other] { try index.add("berthboth", tag: "cp311-cp311-manylinux_2_17_\(machine)") }
        try index.add("berthonlyhere", tag: "cp311-cp311-manylinux_2_17_\(own)")
        try index.add("bertharmed")
        try index.add("berthplain", needs: ["bertharmed; platform_machine == '\(other)'", "six", "berthboth", "berthonlyhere"])
        let sdist = try SourceDistribution("berthsource", setup: "found = {}")
        var settings = sdist.settings(second.settings)
        settings.pipHosts = ["127.0.0.1:\(server.port)"]
        let recipe = """
            channels: ['file:///channel', 'file:///second']
            platforms: [\(Platform.host), \(platform)]
            dependencies: [python=3.11, pip, six, {pip: ['--index-url \(server.url)/simple', '--find-links /sdist', berthplain, berthsource==1.0]}]

            """
        // The host builds what is only source, and has no index with what that needs.
        settings.variables["PIP_EXTRA_INDEX_URL"] = "https://pypi.org/simple"
        let bench = try await TestStore(settings: settings, warm: true)
        let made = try await bench.store.create(for: bench.owner, environment: "x", recipe: recipe) { _ in }
        let found = try await bench.store.inspect("x", for: 1500)
        let host = try JSONDecoder().decode(Lock.self, from: Data(found.lock.utf8))
        #expect(host.pip.map(\.name) == ["berthboth", "berthonlyhere", "berthplain", "berthsource"] && host.lacking == nil)
        let lock = try JSONDecoder().decode(Lock.self, from: Data(try #require(found.otherLocks[platform]).utf8))
        #expect(lock.pip.map(\.name) == ["bertharmed", "berthboth", "berthplain"])
        #expect(lock.pip.first { $0.name == "berthboth" }?.url.hasSuffix("_\(other).whl") == true)
        #expect(lock.lacking?.sorted() == ["berthonlyhere", "berthsource"])
        #expect(made.notices.contains { $0.english.hasPrefix("For \(platform) there is no wheel of ") }, "\(made.notices)")
        let export = EnvironmentExport(name: "x", recipe: try Recipe(yaml: found.recipe), lock: host, otherLocks: [lock])
        for text in [try export.condaLock, export.pixiLock] {
            #expect(text.hasPrefix("# left out, what pip would install for \(platform): "))
            #expect(text.contains("# left out, what pip would install for \(platform): berthsource\n"))
            #expect(text.contains("_\(other).whl"))
        }
    }

    @Test("On this host pip takes no wheel that needs a newer C library than the images have")
    func olderLibrary() async throws {
        let index = try PipIndex(), machine = Platform.host == "linux-64" ? "x86_64" : "aarch64"
        let server = try WebServer(index.path)
        try index.add("berthold", tag: "py3-none-manylinux_2_28_\(machine)")
        try index.add("berthold", "2.0", tag: "py3-none-manylinux_2_36_\(machine)")
        // The channel's Python, as if it were content with an older library.
        let channel = "/var/tmp/berth-old-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: channel) }
        try #require(Bench.run("/bin/cp", "-a", Bench.channel, channel).status == 0)
        let script = """
            import json, pathlib, sys
            for listing in pathlib.Path(sys.argv[1]).glob("*/*repodata*"):
                if listing.name == "repodata.json":
                    data = json.loads(listing.read_text())
                    for name, package in data["packages.conda"].items():
                        package["depends"] = [need for need in package["depends"] if not need.startswith("__glibc")]
                    listing.write_text(json.dumps(data))
                else:
                    listing.unlink()
            """
        try #require(Bench.run("/usr/bin/python3", "-c", script, channel).status == 0)
        var settings = Bench.settings
        settings.pipHosts = ["127.0.0.1:\(server.port)"]
        settings.mounts = settings.mounts.map {
            $0.target == "/channel" ? SharedDirectory(source: channel, target: "/channel", readOnly: true) : $0
        }
        let recipe = "dependencies: [python=3.11, pip, {pip: ['--index-url \(server.url)/simple', berthold]}]\n"
        for (glibc, version) in [("2.36", "2.0"), ("2.35", "1.0")] {
            let bench = try await TestStore(settings: settings, leastGlibc: glibc, warm: true)
            _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: recipe) { _ in }
            let lock = try JSONDecoder().decode(Lock.self, from: Data(try await bench.store.inspect("x", for: 1500).lock.utf8))
            #expect(lock.pip.map(\.version) == [version], "\(glibc)")
        }
    }
}
