import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

@Suite("The store: a build goes elsewhere as an archive", .serialized)
struct PackTests {
    private static let recipe = """
        name: work
        dependencies:
          - python=3.11
          - numpy
          - berth-hello
          - berth-activated
          - berth-prefix
          - pip
          - pip: [humanize==4.11.0]
        variables:
          GREETING: it's here
        """

    private func pack(_ bench: TestStore, _ name: String = "work", to file: String) async throws {
        try #require(FileManager.default.createFile(atPath: file, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try await bench.store.packing(name, for: 1500) { pack throws(StoreError) in try pack.write(to: handle.fileDescriptor) }
        try handle.close()
    }

    /// A machine that has nothing of it, and no Python.
    private func elsewhere(_ archive: String, _ script: String) -> (status: Int32, text: String) {
        Bench.docker(
            "run", "--rm", "--network", "none", "--volume", "\(archive):/archive.tar:ro", "--env", "LC_ALL=C.UTF-8", "--entrypoint", "bash",
            Bench.builderImage, "-c",
            """
            set -e
            rm -f /usr/bin/python3* /usr/local/bin/python3*
            mkdir -p "$0" && cd "$0" && tar -xf /archive.tar
            \(script)
            """, Self.place)
    }

    /// Longer than the build's own prefix, too long for the first line of a script, and with a space.
    private static let place = "/home/" + Array(repeating: "somebody", count: 14).joined(separator: "_") + "/my env"

    @Test("It runs from another directory: activated, imported, by its commands, in texts and in binaries")
    func elsewhere() async throws {
        let bench = try await TestStore(warm: true)
        let summary = try await bench.store.create(for: bench.owner, environment: nil, recipe: Self.recipe) { _ in }
        let archive = bench.state + "/work.tar"
        try await pack(bench, to: archive)
        #expect(try Data(contentsOf: URL(filePath: archive), options: .alwaysMapped).count < summary.size * 5 / 4)

        let found = elsewhere(
            archive,
            """
            before=$(stat -c %s share/berth/prefix.bin)
            bash -c '. bin/activate; echo "$BERTH_ACTIVATED" "$GREETING"; python -c "import berth_hello; berth_hello.main()"; deactivate; echo "gone:${BERTH_ACTIVATED-}${GREETING-}"'
            bin/conda-unpack
            grep -rlF /opt/berth/env . || echo nothing names the old place
            [ "$before" = "$(stat -c %s share/berth/prefix.bin)" ]
            cat share/berth/prefix.txt
            tr '\\0' '|' < share/berth/prefix.bin | grep -o "|start|[^|]*|" ; tail -c 5 share/berth/prefix.bin | tr '\\0' '|'; echo
            bin/berth-hello
            sh -c '. bin/activate; command -v python; python -c "import numpy, humanize, sys; print(humanize.intcomma(numpy.int64(4200)), sys.prefix)"; pip --version'
            bin/conda-unpack || echo once is enough
            """)
        #expect(found.status == 0, "\(found.text)")
        let lines = found.text.split(separator: "\n").map(String.init)
        let place = Self.place
        try #require(lines.count >= 12, "\(found.text)")
        #expect(lines[0] == "\(place) it's here")
        #expect(lines[1] == "hello from the environment")
        #expect(lines[2] == "gone:")
        #expect(lines[3].hasPrefix("The environment now is at home in \(place): "))
        #expect(lines[4] == "nothing names the old place")
        #expect(lines[5] == place)
        #expect(lines[6] == "|start|\(place)/lib|")
        #expect(lines[7] == "|end|")
        #expect(lines[8] == "hello from the environment")
        #expect(lines[9] == "\(place)/bin/python")
        #expect(lines[10] == "4,200 \(place)")
        #expect(lines[11].contains("from \(place)/lib/python3.11/site-packages/pip"))
        #expect(lines.last == "once is enough")
    }

    @Test("The same build gives the same bytes, bytecode that sources are compared with, and nobody's rights and names")
    func sameBytes() async throws {
        let bench = try await TestStore(warm: true)
        _ = try await bench.store.create(for: bench.owner, environment: nil, recipe: CreateTests.recipe) { _ in }
        let (one, two) = (bench.state + "/one.tar", bench.state + "/two.tar")
        try await pack(bench, to: one)
        try await pack(bench, to: two)
        #expect(FileManager.default.contentsEqual(atPath: one, andPath: two))

        let listing = Bench.run("/bin/tar", "-tvf", one).text.split(separator: "\n")
        #expect(listing.allSatisfy { $0.contains(" 0/0 ") || $0.contains(" root/root ") })
        #expect(
            listing.allSatisfy {
                $0.hasPrefix("drwxr-xr-x") || $0.hasPrefix("-rw") && $0.dropFirst(3).hasPrefix("-r--r--") || $0.hasPrefix("-rwxr-xr-x")
                    || $0.hasPrefix("l")
            })
        let flags = Bench.run(
            "/bin/sh", "-c",
            "tar -xOf \(one) lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc | od -An -tx1 -j4 -N4")
        #expect(flags.text.trimmingCharacters(in: .whitespacesAndNewlines) == "03 00 00 00")
        // CPython's own record of how it was made names the prefix.
        let prefixed = Bench.run(
            "/bin/sh", "-c", "tar -xOf \(one) --wildcards '*/_sysconfigdata*.py' | grep -c \(BuildID.prefix)")
        #expect(prefixed.status == 0)
        #expect(Bench.run("/bin/sh", "-c", "tar -tf \(one) | grep '__pycache__/_sysconfigdata'").status != 0)
    }

    @Test("A place whose path is too long is refused before anything is written")
    func tooLong() async throws {
        let bench = try await TestStore()
        _ = try await bench.store.create(for: bench.owner, environment: "work", recipe: "dependencies: [berth-prefix]\n") { _ in }
        let archive = bench.state + "/work.tar"
        try await pack(bench, to: archive)
        let folder = "/var/tmp/" + String(repeating: "x", count: 200) + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try #require(Bench.run("/bin/tar", "-C", folder, "-xf", archive).status == 0)
        let before = try Data(contentsOf: URL(filePath: folder + "/share/berth/prefix.txt"))
        let refused = Bench.run("/bin/sh", "-c", "\(folder)/bin/conda-unpack 2>&1")
        #expect(refused.status == 1)
        #expect(refused.text.contains("too long: share/berth/prefix.bin has room for about 148 bytes"), "\(refused.text)")
        #expect(try Data(contentsOf: URL(filePath: folder + "/share/berth/prefix.txt")) == before)
    }

    @Test("A build that is gone, and an environment that isn't there, are told; what is being packed stays")
    func gone() async throws {
        let bench = try await TestStore()
        _ = try await bench.store.create(for: bench.owner, environment: "work", recipe: "dependencies: [berth-base=1.0]\n") { _ in }
        try await bench.store.packing("work", for: 1500) { [store = bench.store] _ async throws(StoreError) in
            try await store.remove("work", for: 1500, ownerName: "anna")
            _ = try await store.collectGarbage(inUse: [], dryRun: false)
            #expect(bench.names(in: "store/environments").count == 1)
        }
        _ = try await bench.store.collectGarbage(inUse: [], dryRun: false)
        #expect(bench.names(in: "store/environments").isEmpty)
        let error = await #expect(throws: StoreError.self) { try await bench.store.packing("work", for: 1500) { _ in } }
        #expect(error?.kind == .notFound)
    }

    @Test("What becomes of a file: bytecode is checked from then on, or left out where it names its place")
    func judgement() {
        func judge(_ path: String, _ bytes: [UInt8], hasPrefix: Bool = false) -> PackedFile {
            bytes.withUnsafeBytes { PackedFile(Array(path.utf8), $0, hasPrefix: hasPrefix) }
        }
        let unchecked: [UInt8] = [1, 2, 3, 4, 1, 0, 0, 0] + Array(repeating: 9, count: 8)
        #expect(judge("lib/__pycache__/a.cpython-311.pyc", unchecked) == .checkedBytecode)
        #expect(judge("lib/__pycache__/a.cpython-311.pyc", unchecked, hasPrefix: true) == .leftOut)
        #expect(judge("lib/__pycache__/a.cpython-311.pyc", [1, 2, 3, 4, 0, 0, 0, 0, 7]) == .leftOut)
        #expect(judge("lib/__pycache__/a.cpython-311.pyc", [1]) == .leftOut)
        #expect(judge("lib/__pycache__/a.cpython-311.pyc", [1, 2, 3, 4, 3, 0, 0, 0, 7]) == .asItIs)
        #expect(judge("lib/a.pyc", unchecked, hasPrefix: true) == .asItIs)
        #expect(judge("bin/tool", [], hasPrefix: true) == .asItIs)
        #expect(PackWriter.within("/p", Array("/p/lib/x".utf8), from: Array("a/b/c".utf8)) == Array("../../lib/x".utf8))
        #expect(PackWriter.within("/p", Array("/px/lib".utf8), from: Array("a".utf8)) == Array("/px/lib".utf8))
    }

    @Test("tar reads long names, long links and large files")
    func headers() throws {
        let folder = "/var/tmp/berth-tar-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let long = String(repeating: "long/", count: 40) + "ä"
        var bytes = TarHeader(Array(long.utf8), .file(size: 3, isExecutable: false)).bytes + Array("abc".utf8) + TarHeader.padding(after: 3)
        bytes += TarHeader(Array("link".utf8), .link(target: Array(long.utf8))).bytes + TarHeader.end
        try Data(bytes).write(to: URL(filePath: folder + "/x.tar"))
        #expect(Bench.run("/bin/tar", "-C", folder, "-xf", folder + "/x.tar").status == 0)
        #expect(try String(contentsOfFile: folder + "/link", encoding: .utf8) == "abc")
        let large = TarHeader(Array("large".utf8), .file(size: 10 << 30, isExecutable: false)).bytes
        try Data(large).write(to: URL(filePath: folder + "/large.tar"))
        #expect(Bench.run("/bin/sh", "-c", "tar -tvf \(folder)/large.tar 2>&1").text.contains("\(10 << 30)"))
    }
}
