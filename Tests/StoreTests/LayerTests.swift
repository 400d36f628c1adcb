import Foundation
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

    @Test("What pip does in a server is drift, can be saved or thrown away, and the build below is untouched")
    func wholeLife() async throws {
        let site = try await TestStore(warm: true)
        _ = try await site.store.create(for: site.owner, environment: nil, recipe: Self.recipe) { _ in }
        let mount = try await site.store.mount("lab", for: 1500)
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).changes == [])

        let done = try site.inLayer(
            mount,
            "$PREFIX/bin/python -m pip install --quiet humanize==4.11.0 && $PREFIX/bin/python -m pip uninstall --quiet --yes certifi && for n in 1 2 3 4 5 6 7 8 9 a b; do echo > $PREFIX/notes-$n.txt; done && $PREFIX/bin/python -c 'import humanize; print(humanize.__file__)'"
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
        // What looks like a loss later is told.
        let told = saved.notices.map(\.english).joined(separator: "\n")
        #expect(
            told.contains("notes-1.txt, notes-2.txt") && told.contains("notes-a.txt and 1 more.") && !told.contains("humanize"), "\(told)")
        let next = try await site.store.inspect("lab", for: 1500)
        #expect(next.recipe.contains("- humanize==4.11.0") && !next.recipe.contains("certifi"))
        #expect(next.version.author == "anna" && next.version.message == "Save what was installed")
        let fresh = try await site.store.mount("lab", for: 1500)
        #expect(fresh.layer != mount.layer)
        #expect(site.inEnvironment(fresh, "$PREFIX/bin/python -c 'import humanize'").status == 0)
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).files == 0)
        // The layer below is saved: nothing is lost, and nobody is told so.
        #expect(await site.store.ownLayers(over: "lab", of: 1500, for: 1500) == .none)
        #expect(try await site.store.layers(over: "lab", of: 1500, for: 1500).map(\.isSaved) == [true])

        // Rolled back, the old layer is there again, and can be thrown away.
        let versions = try await site.store.history(of: "lab", for: 1500)
        _ = try await site.store.rollBack("lab", to: try #require(versions.last).id, for: site.owner) { _ in }
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).changes.count == 2)
        try await site.store.discardLayer(of: "lab", for: 1500, inUse: [])
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).files == 0)
        #expect(site.names(in: "store/work/staging") == [])
    }

    @Test("Garbage takes a layer only when no history has what it lies over, and tells of it; never one that is mounted")
    func collected() async throws {
        var settings = Bench.settings
        settings.keepVersions = 1
        let site = try await TestStore(settings: settings)
        func make(_ greeting: String) async throws -> EnvironmentSummary {
            let recipe = "dependencies: [berth-prefix]\nvariables: {GREETING: \(greeting)}\n"
            return try await site.store.create(for: site.owner, environment: "lab", recipe: recipe) { _ in }
        }
        let first = try await make("one")
        let mount = try await site.store.mount("lab", for: 1500)
        await site.store.release(mount)
        let file = try #require(mount.layer).upper + "/notes.txt"
        try Data(repeating: 1, count: 10_000).write(to: URL(filePath: file))
        _ = try await make("two")
        let outcome = try await site.store.collectGarbage(inUse: [], dryRun: false)
        #expect(outcome.builds == [first.build] && outcome.layers == 0)
        let old = try #require(try await site.store.history(of: "lab", for: 1500).last)
        _ = try await site.store.rollBack("lab", to: old.id, for: site.owner) { _ in }
        let again = try await site.store.mount("lab", for: 1500)
        await site.store.release(again)
        #expect(again.layer == mount.layer && FileManager.default.fileExists(atPath: file))

        try await site.store.remove("lab", for: 1500, ownerName: "anna")
        #expect(try await site.store.collectGarbage(inUse: [], dryRun: false).layers == 0)
        settings.keepAge = 0.001
        let later = try await TestStore(state: site.state, settings: settings)
        #expect(try await later.store.collectGarbage(inUse: [first.build], dryRun: false).layers == 0)
        let dry = try await later.store.collectGarbage(inUse: [], dryRun: true)
        #expect(dry.layers == 1 && dry.layerBytes >= 10_000)
        #expect(FileManager.default.fileExists(atPath: file))
        let gone = try await later.store.collectGarbage(inUse: [], dryRun: false)
        #expect(gone.layers == 1 && gone.layerBytes == dry.layerBytes)
        #expect(site.names(in: "layers/1500/lab") == [])
    }

    @Test("Whatever its owner plants in a layer, nothing outside is read and nobody waits")
    func hostile() async throws {
        let site = try await TestStore(warm: true)
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

    @Test("What conda installs in a server is drift, and is saved with the channel it came from")
    func conda() async throws {
        let second = try SecondChannel("berth-extra=1.0")
        let site = try await TestStore(settings: second.settings)
        _ = try await site.store.create(for: site.owner, environment: nil, recipe: Self.recipe) { _ in }
        let mount = try await site.store.mount("lab", for: 1500)
        let program = try String(contentsOf: Bench.root.appending(path: "Tests/Fixtures/install_one.py"), encoding: .utf8)
        let done = try site.inLayer(
            mount, volumes: ["\(second.path):/second:ro"],
            "cat > /tmp/install.py <<'END'\n\(program)\nEND\npython3 /tmp/install.py $PREFIX file:///second berth-extra && cat $PREFIX/share/berth-extra.txt"
        )
        #expect(done.status == 0 && done.text.hasSuffix("berth-extra 1.0\n"), "\(done.text)")

        let layer = try await site.store.inspectLayer(of: "lab", for: 1500)
        #expect(layer.changes.map { "\($0.name) \($0.direction) \($0.isAsked)" } == ["berth-extra added true"], "\(layer)")
        #expect(try await site.store.verify("lab", for: 1500).differences == [])

        let saved = try await site.store.saveLayer(of: "lab", for: site.owner) { _ in }
        let next = try await site.store.inspect("lab", for: 1500)
        #expect(next.recipe.contains("  - file:///second::berth-extra=1.0\n"), "\(next.recipe)")
        #expect(next.recipe.contains("channels: [file:///channel]"))
        let fresh = try await site.store.mount("lab", for: 1500)
        #expect(fresh.build == saved.build)
        #expect(site.inEnvironment(fresh, "cat $PREFIX/share/berth-extra.txt").text == "berth-extra 1.0\n")
        #expect(try await site.store.inspectLayer(of: "lab", for: 1500).files == 0)
    }

    @Test("Who may only use an environment saves their layer as one of their own; the one below stays as it is")
    func asOwn() async throws {
        let site = try await TestStore(warm: true)
        _ = try await site.store.create(for: site.owner, environment: nil, recipe: Self.recipe) { _ in }
        let before = try await site.store.inspect("lab", for: 1500)
        let bob = Store.Owner(name: "bob", uid: 1501)
        let mount = try await site.store.mount("lab", owner: 1500, for: bob.uid, reference: "anna/lab")
        let upper = try #require(mount.layer).upper
        // As “pip uninstall” leaves it: the record below is hidden.
        let hidden = "\(upper)/lib/python3.11/site-packages"
        let record = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "\(mount.hostPath)/lib/python3.11/site-packages").first {
                $0.hasPrefix("certifi-")
            })
        let removed = Bench.run(
            "/bin/sh", "-c", "mkdir -p \(hidden) && mknod \(hidden)/\(record) c 0 0 && chown -R 1501:1501 \(upper)")
        try #require(removed.status == 0)

        func save(as name: String) async throws -> EnvironmentSummary {
            try await site.store.saveLayer(of: ("lab", 1500, nil), reference: "anna/lab", as: name, for: bob) { _ in }
        }
        let saved = try await save(as: "mine")
        #expect(saved.name == "mine" && saved.build != mount.build)
        let mine = try await site.store.inspect("mine", for: 1501)
        #expect(mine.version.author == "bob" && mine.version.message == "Save what was installed in anna/lab")
        #expect(!mine.recipe.contains("certifi"))
        #expect(try await site.store.inspect("lab", for: 1500).version == before.version)
        let error = await #expect(throws: StoreError.self) { try await save(as: "mine") }
        #expect(error?.kind == .conflict)

        // The owner's next version hides the layer: saved as the next one, it is added to what is current by then; as one
        // of their own, it comes with the version below.
        let next = Self.recipe + "\n  - berth-prefix\n"
        _ = try await site.store.create(for: site.owner, environment: nil, recipe: next) { _ in }
        let editor = Store.Owner(name: "bob", uid: 1500)
        let nothing = await #expect(throws: StoreError.self) {
            try await site.store.saveLayer(of: "lab", for: editor, layerOf: 1501) { _ in }
        }
        #expect(nothing?.kind == .invalid)
        let below = before.version.id
        _ = try await site.store.saveLayer(of: ("lab", 1500, below), reference: "anna/lab", as: "old", for: bob) { _ in }
        let old = try await site.store.inspect("old", for: 1501).recipe
        #expect(!old.contains("berth-prefix") && !old.contains("certifi"))
        _ = try await site.store.saveLayer(of: "lab", version: below, for: editor, layerOf: 1501) { _ in }
        #expect(try await site.store.inspect("lab", for: 1500).recipe == next.replacing("  - certifi\n", with: ""))
        let again = await #expect(throws: StoreError.self) {
            try await site.store.saveLayer(of: "lab", version: below, for: editor, layerOf: 1501) { _ in }
        }
        #expect(again?.message.english.contains("asks for all of that already") == true)
    }
}
