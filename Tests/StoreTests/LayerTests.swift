import Foundation
import Glibc
import LauncherProtocol
import Store
import Testing

/// The personal layer over a real build, on a real overlay.
@Suite struct LayerTests {
    private static let recipe = """
        name: lab
        channels: [file:///channel]
        dependencies:
          - python=3.11
          - pip
          - certifi
        """

    /// Runs a script as the owner in a container that has the layer over the build.
    private func inLayer(_ mount: Store.Mount, _ script: String) throws -> (status: Int32, text: String) {
        let layer = try #require(mount.layer)
        let options = "lowerdir=\(mount.hostPath),upperdir=\(layer.upper),workdir=\(layer.work)"
        let pip = ["/etc/ssl/certs", "/etc/pip.conf"].filter { FileManager.default.fileExists(atPath: $0) }
        let arguments =
            [
                "docker", "run", "--rm", "--network", "host", "--user", "1500:1500", "--cap-drop", "ALL",
                "--mount",
                #"type=volume,target=\#(mount.containerPath),volume-opt=type=overlay,volume-opt=device=overlay,"volume-opt=o=\#(options)""#,
            ] + pip.flatMap { ["--volume", "\($0):\($0):ro"] } + [
                "--env", "HOME=/tmp", "--env", "PYTHONNOUSERSITE=1", "--env", "PREFIX=\(mount.containerPath)", Bench.builderImage, "bash",
                "-c", script,
            ]
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    @Test("What pip does in a server is drift, can be saved or thrown away, and the build below is untouched")
    func wholeLife() async throws {
        let site = try await TestStore()
        _ = try await site.store.create(for: site.owner, environment: nil, recipe: Self.recipe) { _ in }
        let mount = try await site.store.mount("lab", for: 1500)
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).changes == [])

        let done = try inLayer(
            mount,
            "$PREFIX/bin/python -m pip install --quiet humanize==4.11.0 && $PREFIX/bin/python -m pip uninstall --quiet --yes certifi && $PREFIX/bin/python -c 'import humanize; print(humanize.__file__)'"
        )
        #expect(done.status == 0 && done.text.contains(mount.containerPath), "\(done.text)")

        let layer = try await site.store.inspectLayer(of: "lab", for: 1500)
        #expect(layer.changes.map { "\($0.name) \($0.direction)" } == ["certifi removed", "humanize added"])
        let verified = try await site.store.verify("lab", for: 1500)
        #expect(verified.differences == [])
        #expect(site.inEnvironment(mount, "$PREFIX/bin/python -c 'import certifi'").status == 0)

        // Not while a server runs with it.
        await #expect(throws: StoreError.self) { try await site.store.discardLayer(of: "lab", for: 1500, inUse: [mount.build]) }

        let saved = try await site.store.saveLayer(of: "lab", for: site.owner) { _ in }
        #expect(saved.build != mount.build)
        let next = try await site.store.inspect("lab", for: 1500)
        #expect(next.recipe.contains("- humanize==4.11.0") && !next.recipe.contains("certifi"))
        #expect(next.version.author == "anna" && next.version.message == "Save what was installed")
        let fresh = try await site.store.mount("lab", for: 1500)
        #expect(fresh.layer != mount.layer)
        #expect(site.inEnvironment(fresh, "$PREFIX/bin/python -c 'import humanize'").status == 0)
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).files == 0)

        // Rolled back, the old layer is there again, and can be thrown away.
        let versions = try await site.store.history(of: "lab", for: 1500)
        _ = try await site.store.rollBack("lab", to: try #require(versions.last).id, for: site.owner) { _ in }
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).changes.count == 2)
        try await site.store.discardLayer(of: "lab", for: 1500, inUse: [])
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).files == 0)
        #expect(site.names(in: "store/work/staging") == [])
    }

    @Test("Whatever its owner plants in a layer, nothing outside is read and nobody waits")
    func hostile() async throws {
        let site = try await TestStore()
        _ = try await site.store.create(for: site.owner, environment: nil, recipe: Self.recipe) { _ in }
        let upper = try #require(try await site.store.mount("lab", for: 1500).layer).upper
        let packages = upper + "/lib/python3.11/site-packages"
        let script = """
            mkdir -p \(upper)/conda-meta \(packages)/pipe-1.dist-info \(packages)/link-1.dist-info
            mkfifo \(packages)/pipe-1.dist-info/METADATA
            printf 'Name: shadow\\nVersion: 9\\n\\n' > \(site.state)/secret
            ln -s \(site.state)/secret \(packages)/link-1.dist-info/METADATA
            ln -s \(site.state)/secret \(upper)/conda-meta/secret-1-0.json
            ln -s \(site.state) \(packages)/folder-1.dist-info
            truncate -s 1T \(upper)/conda-meta/huge-1-0.json
            ln -s / \(upper)/lib/python3.12
            chown -R 1500:1500 \(upper)
            """
        let planted = Bench.run("/bin/sh", "-c", script)
        #expect(planted.status == 0)
        let layer = try await site.store.inspectLayer(of: "lab", for: 1500)
        #expect(layer.changes == [])
        try await site.store.discardLayer(of: "lab", for: 1500, inUse: [])
        #expect(FileManager.default.fileExists(atPath: site.state + "/secret"))
    }
}
