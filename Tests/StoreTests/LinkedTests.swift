import Environments
import Foundation
import Testing

@testable import Store

@Suite("The store: packages that were linked before")
struct LinkedTests {
    @Test("An environment of packages that were all linked before needs no installer, and is as the installer makes it")
    func same() async throws {
        let bench = try await TestStore()
        let recipe = "dependencies: [python=3.11, berth-hello, berth-prefix]\n"
        let first = try await bench.store.create(for: bench.owner, environment: "a", recipe: recipe) { _ in }
        bench.containers.forget()
        let second = try await bench.store.create(for: bench.owner, environment: "b", recipe: recipe + "variables: {MORE: x}\n") { _ in }
        #expect(bench.containers.purposes == ["solve"])
        let trees = [first, second].map { bench.state + "/store/environments/\($0.build)" }
        let before = try Manifest(of: trees[0]).files
        let after = try Manifest(of: trees[1]).files
        #expect(Set(after.keys).symmetricDifference(before.keys) == ["conda-meta/state"])
        for (path, digest) in before where after[path] != digest {
            Issue.record("\(path) is another file")
        }
        let own = try before.keys.filter { path in
            let statuses = try trees.map { try status(of: "\($0)/\(path)") }
            return statuses[0].st_mode & S_IFMT == S_IFREG && statuses[0].st_ino != statuses[1].st_ino
        }
        // What the recipe asks for is said in these, and the last is empty.
        let asked = ["berth-hello", "berth-prefix", "python"].flatMap { name in before.keys.filter { $0.hasPrefix("conda-meta/\(name)-") } }
        #expect(Set(own) == Set(asked + ["conda-meta/history"]))
        #expect(try await bench.store.verify("b", for: 1500).differences == [])
        let record = try #require(after.keys.first { $0.hasPrefix("conda-meta/berth-hello-") })
        let text = try String(contentsOfFile: trees[1] + "/" + record, encoding: .utf8)
        #expect(text.hasPrefix(#"{"requested_specs":["berth-hello"],"#))
        let mount = try await bench.store.mount("b", for: 1500)
        let run = bench.inEnvironment(mount, "cat $PREFIX/share/berth/prefix.txt; $PREFIX/bin/python -c 'import berth_hello'")
        #expect(run.status == 0 && run.text.contains(mount.containerPath), "\(run)")
    }

    @Test("Files are shared with their modes, those that name the prefix too, and links are made anew")
    func shared() throws {
        let bench = try LinkedBench()
        try bench.install(
            ["lib/shared.py": "shared", "bin/tool": "#!\(BuildID.prefix)/bin/python\n"],
            link: ("lib/link", "\(BuildID.prefix)/lib/shared.py"))
        var known = KnownDigests()
        let files = ["lib/shared.py", "bin/tool", "lib/link", bench.package.record]
        #expect(try bench.tree.take(files, to: bench.state + "/taken", known: &known))
        try bench.package.adopt(bench.state + "/taken")
        #expect(bench.package.exists)

        let again = try LinkedPackage.link([bench.package], into: bench.state + "/next", owner: 64_101)
        let manifest = Manifest(of: again)
        #expect(try manifest == Manifest(of: bench.state + "/next"))
        #expect(manifest.files["lib/link"] == "-> \(BuildID.prefix)/lib/shared.py")
        for (path, mode) in [("bin/tool", 0o755), ("lib/shared.py", 0o644)] {
            let found = try status(of: "\(bench.state)/next/\(path)")
            #expect(found.st_ino == (try status(of: "\(bench.root)/\(path)").st_ino) && found.st_mode & 0o777 == mode, "\(path)")
        }
    }

    @Test("A package is not kept where it brought what others bring too, or what is neither file nor link")
    func notKept() throws {
        let bench = try LinkedBench()
        try bench.install(["lib/a__clobber-from-other": "x", "lib/a": "x"])
        #expect(mkfifo(bench.root + "/lib/pipe", 0o644) == 0)
        let tree = try InstalledTree(bench.root)
        var known = KnownDigests()
        for (index, file) in ["lib/a__clobber-from-other", "lib/pipe", "lib/absent", "lib/../lib/a"].enumerated() {
            #expect(try !tree.take([file, bench.package.record], to: "\(bench.state)/\(index)", known: &known), "\(file)")
        }
    }

    @Test("Nothing is linked through a link that another package brought, or over its file")
    func clash() throws {
        let bench = try LinkedBench()
        try bench.install(["lib/a": "x"])
        let shared = bench.root + "/lib/a"
        let tree = try NewTree(bench.state + "/tree", for: ["lib/a", "share"])
        try tree.link("share", to: "/etc")
        try tree.share(shared, as: "lib/a")
        for path in ["lib/a", "lib", "share"] {
            let error = #expect(throws: FileError.self) { try tree.share(shared, as: path) }
            #expect(error?.code == EEXIST, "\(path): \(String(describing: error))")
        }
        for path in ["share/a", "lib/a/b", "../a", "lib/../../a"] {
            #expect(throws: FileError.self) { try tree.share(shared, as: path) }
            #expect(throws: FileError.self) { try NewTree(bench.state + "/" + UUID().uuidString, for: [path, "../a"]) }
        }
        // A link where another package has a directory.
        let both = try NewTree(bench.state + "/both", for: ["share/a", "share"])
        #expect(throws: FileError.self) { try both.link("share", to: "/etc") }
        try both.share(shared, as: "share/a")
        #expect(access("/etc/a", F_OK) != 0)
    }

    @Test("A lock that says something else of the same file, or of the Python that it is for, means another package")
    func keys() throws {
        let layout = StoreLayout(state: "/nonexistent")
        func keys(depends: [String] = [], site: String? = nil, version: String = "3.11.2") -> [String: String] {
            let lock = Lock(
                platform: "linux-64",
                packages: [
                    package("a", depends: depends, noarch: "python"), package("b"), package("python", version: version, site: site),
                ])
            return Dictionary(uniqueKeysWithValues: LinkedPackage.all(of: lock, in: layout).map { ($0.package.name, $0.key) })
        }
        let plain = keys()
        #expect(Set(plain.values).count == 3)
        #expect(changed(plain, keys(depends: ["b"])) == ["a"])
        #expect(changed(plain, keys(site: "../../elsewhere")) == ["a", "python"])
        #expect(changed(plain, keys(version: "3.12.0")) == ["a", "python"])
    }

    private func changed(_ one: [String: String], _ other: [String: String]) -> [String] {
        one.keys.filter { one[$0] != other[$0] }.sorted()
    }

    @Test("The digest of a file is known only while another name holds it")
    func knownDigests() throws {
        let bench = try LinkedBench()
        try bench.install(["lib/a": "x"])
        let path = bench.root + "/lib/a"
        var known = KnownDigests()
        known.note("digest", inode: try status(of: path).st_ino)
        #expect(try known[status(of: path)] == nil)
        #expect(link(path, path + "2") == 0)
        #expect(try known[status(of: path)] == "digest")
    }
}

private func package(
    _ name: String, version: String = "1", depends: [String] = [], noarch: String? = nil, site: String? = nil
) -> CondaPackage {
    CondaPackage(
        name: name, version: version, build: "0", url: "https://h/\(name)", sha256: "ab", md5: nil, size: nil, subdir: "linux-64",
        depends: depends, noarch: noarch, sitePackages: site)
}

/// A tree as an installer leaves it, without one.
private final class LinkedBench {
    let state = "/var/tmp/berth-linked-" + UUID().uuidString
    let package: LinkedPackage
    var root: String { state + "/installed" }
    var tree: InstalledTree { get throws { try InstalledTree(root) } }

    init() throws {
        let layout = StoreLayout(state: state)
        try layout.prepare(builderUID: 64_101, gitUID: 64_103)
        package = try #require(
            LinkedPackage.all(of: Lock(platform: "linux-64", packages: [StoreTests.package("tool")]), in: layout).first)
    }

    deinit { try? FileManager.default.removeItem(atPath: state) }

    /// Scripts in `bin` get their mode.
    func install(_ files: [String: String], link: (path: String, target: String)? = nil) throws {
        for (path, text) in files.merging([package.record: #"{"name":"tool"}"#], uniquingKeysWith: { first, _ in first }) {
            let file = URL(filePath: root + "/" + path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            try #require(chmod(file.path, path.hasPrefix("bin/") ? 0o755 : 0o644) == 0)
        }
        if let link { try #require(symlink(link.target, root + "/" + link.path) == 0) }
    }
}
