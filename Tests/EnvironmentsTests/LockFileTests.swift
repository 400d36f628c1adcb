import Foundation
import Testing

@testable import Environments

@Suite("Locks that people bring")
struct LockFileTests {
    private static let sha256 = String(repeating: "ab", count: 32)
    private static let lock = Lock(
        platform: "linux-64",
        packages: [
            CondaPackage(
                name: "python", version: "3.11.2", build: "0_cpython",
                url: "https://conda.example/main/linux-64/python-3.11.2-0_cpython.conda",
                sha256: sha256, md5: "0123456789abcdef0123456789abcdef", size: 1, subdir: "linux-64", depends: ["libc"]),
            CondaPackage(
                name: "ca-certificates", version: "2026.1", build: "h_0",
                url: "https://conda.example/main/noarch/ca-certificates-2026.1-h_0.tar.bz2",
                sha256: sha256, md5: nil, size: 1, subdir: "noarch", depends: []),
        ],
        pip: [
            PipPackage(
                name: "einops", version: "0.8.1", url: "https://files.example/einops-0.8.1-py3-none-any.whl", sha256: sha256, direct: false),
            PipPackage(name: "tool", version: "1", url: "git+https://git.example/tool@0123", sha256: nil, direct: true),
        ], variables: ["A": "b"])

    @Test("Berth's own lock comes back whole")
    func own() throws {
        let file = try #require(try LockFile(String(decoding: Self.lock.canonicalBytes, as: UTF8.self), platform: "linux-64"))
        #expect(file.packages.compactMap(\.known) == Self.lock.packages)
        #expect(file.pip == Self.lock.pip && file.variables == ["A": "b"])
    }

    @Test("An explicit file gives its packages by URL, and what pip installs")
    func explicit() throws {
        let file = try #require(try LockFile(Self.lock.explicit, platform: "linux-64"))
        #expect(file.packages.map(\.name) == ["ca-certificates", "python"])
        #expect(file.packages.map(\.version) == ["2026.1", "3.11.2"])
        #expect(file.packages.map(\.build) == ["h_0", "0_cpython"])
        #expect(file.packages[0].sha256 == Self.sha256 && file.packages[1].md5 == "0123456789abcdef0123456789abcdef")
        #expect(file.pip.map(\.name) == ["einops", "tool"])
        #expect(file.pip[0].sha256 == Self.sha256 && file.pip[1].direct)
        #expect(file.pip.map(\.version) == ["0.8.1", "0"])
    }

    @Test("conda-lock's file gives the packages of this platform")
    func condaLock() throws {
        let text = try EnvironmentExport(name: "x", recipe: nil, lock: Self.lock).condaLock
        let file = try #require(try LockFile(text, platform: "linux-64"))
        #expect(file.packages.map(\.url) == Self.lock.packages.map(\.url))
        #expect(file.packages.map(\.sha256) == Self.lock.packages.map(\.sha256))
        #expect(file.pip.map(\.name) == ["einops", "tool"])
        let error = #expect(throws: LockFileError.self) { try LockFile(text, platform: "linux-aarch64") }
        #expect(error?.description.hasPrefix("The lock is for linux-64, and this host is linux-aarch64. Bring the recipe") == true)
    }

    @Test("pixi's file gives the packages of this platform with their hashes")
    func pixi() throws {
        let text = EnvironmentExport(name: "x", recipe: nil, lock: Self.lock).pixiLock
        let file = try #require(try LockFile(text, platform: "linux-64"))
        #expect(file.packages.map(\.url) == Self.lock.packages.map(\.url))
        #expect(file.packages.map(\.sha256) == Self.lock.packages.map(\.sha256))
        #expect(file.pip.map(\.name) == ["einops", "tool"] && file.pip.map(\.sha256) == Self.lock.pip.map(\.sha256))
        #expect(file.pip.map(\.version) == ["0.8.1", "1"])
        let error = #expect(throws: LockFileError.self) { try LockFile(text, platform: "linux-aarch64") }
        #expect(error?.description.hasPrefix("The lock is for linux-64, and this host is linux-aarch64. Bring the recipe") == true)
    }

    /// Of a private index, of PyPI, of a repository and of an address.
    private static let ofPip = Lock(
        platform: "linux-64", packages: lock.packages,
        pip: [
            PipPackage(
                name: "einops", version: "0.8.1", url: "https://files.pythonhosted.org/packages/a/einops-0.8.1-py3-none-any.whl",
                sha256: sha256, direct: false),
            PipPackage(
                name: "own", version: "2.0+cu124", url: "https://pypi.example.org/p/own-2.0%2Bcu124-py3-none-any.whl", sha256: nil,
                direct: false),
            PipPackage(name: "rich", version: "14.0", url: "https://h.example/rich-14.0.tar.gz", sha256: sha256, direct: true),
            PipPackage(name: "tool", version: "1", url: "git+https://git.example/tool@0123", sha256: nil, direct: true),
        ], pipOptions: ["--index-url https://me:secret@pypi.example.org/simple", "--pre"], variables: ["A": "b", "TOKEN": "t0p"])

    @Test("What PyPI has not comes from its own address, with its hash, and from no index", arguments: [true, false])
    func addresses(explicit: Bool) throws {
        let lock = Self.ofPip
        let text = explicit ? lock.explicit : try EnvironmentExport(name: "x", recipe: nil, lock: lock).condaLock
        let file = try #require(try LockFile(text, platform: "linux-64"))
        #expect(file.pip.map(\.direct) == [false, true, true, true])
        #expect(file.pip.map(\.sha256) == lock.pip.map(\.sha256))
        #expect(file.pip.dropFirst().map(\.url) == lock.pip.dropFirst().map(\.url))
        #expect(file.pip.prefix(3).map(\.version) == lock.pip.prefix(3).map(\.version))
    }

    @Test("conda-lock's file gives pip's part back as it was")
    func pipRoundTrip() throws {
        let lock = Lock(platform: "linux-64", packages: Self.lock.packages, pip: Self.ofPip.pip.filter { $0.name != "own" })
        let text = try EnvironmentExport(name: "x", recipe: nil, lock: lock).condaLock
        let file = try #require(try LockFile(text, platform: "linux-64"))
        #expect(file.pip == lock.pip && file.notices.isEmpty)
        // conda-lock's own notes of a repository have the commit in the place of a hash.
        let commit = text.replacing("  hash: {}\n", with: "  hash:\n    sha256: \(String(repeating: "0123", count: 10))\n")
        #expect(commit != text)
        #expect(try LockFile(commit, platform: "linux-64")?.pip == lock.pip)
    }

    @Test("What a form has no place for is said in it, and to whoever reads it", arguments: [true, false])
    func leftOut(explicit: Bool) throws {
        let lock = Self.ofPip
        let text = explicit ? lock.explicit : try EnvironmentExport(name: "x", recipe: nil, lock: lock).condaLock
        #expect(text.contains("# left out, pip's option: --index-url https://me:${SECRET}@pypi.example.org/simple\n"))
        #expect(text.contains("# left out, the variable: TOKEN\n") && !text.contains("t0p") && !text.contains("secret@"))
        let file = try #require(try LockFile(text, platform: "linux-64"))
        #expect(file.pipOptions == [] && file.variables == [:])
        let notices = file.notices.map(\.english)
        try #require(notices.count == 2)
        #expect(notices[0].contains("@pypi.example.org/simple, --pre. Add") && notices[1].contains("A, TOKEN. Add"))
    }

    @Test(
        "PyPI is who its host is",
        arguments: [
            ("https://pypi.org/project/x/1/", true), ("HTTPS://Files.PythonHosted.org:443/x.whl", true),
            ("https://pypi.org.evil.example/x.whl", false), ("https://pypi.org@evil.example/x.whl", false),
            ("https://evil.example/@pypi.org/x.whl", false), ("https://evil.example\\@pypi.org/x.whl", false),
            ("git+https://pypi.org/x", false), ("https://mirror.example/pypi.org/x.whl", false), ("", false),
        ])
    func index(url: String, holds: Bool) { #expect(PackageIndex.holds(url) == holds) }

    @Test(
        "What is no lock is left to the recipe's reader; what nearly is says what is wrong",
        arguments: [
            ("name: x\ndependencies: [python]\n", nil),
            ("{\"name\": \"x\", \"dependencies\": [\"python\"]}\n", nil),
            ("", nil),
            ("{\"format\": 1}", "is no lock.json"),
            (
                "{\"format\": 2, \"platform\": \"linux-64\", \"packages\": [], \"pip\": [], \"pipOptions\": [], \"variables\": {}}",
                "a later version of Berth"
            ),
            ("@EXPLICIT\nnumpy\n", "Line 2 is no URL"),
            ("@EXPLICIT\nhttps://x/linux-64/numpy.conda\n", "Line 2 is no URL"),
            ("@EXPLICIT\n# pip einops\n", "Line 2 names no exact package"),
            ("# platform: win-64\n@EXPLICIT\n", "for win-64"),
            ("metadata:\npackage:\n- name: x\n", "lacks its name, version, platform or URL"),
            ("metadata:\npackage:\n- {", "is no YAML"),
            ("@EXPLICIT\nhttps://x/osx-arm64/numpy-1-0.conda\n", "The lock is for osx-arm64"),
            ("version: 5\nenvironments: {}\npackages: []\n", "a pixi.lock of the format 5"),
            ("version: 6\nenvironments: {a: {}, b: {}}\npackages: []\n", "it has: a, b."),
            (
                "version: 6\nenvironments:\n  a:\n    packages:\n      linux-64:\n      - pypi: ./x\npackages: []\n",
                "The entry at 6:9 is no URL"
            ),
        ] as [(String, String?)])
    func others(text: String, problem: String?) throws {
        guard let problem else { return #expect(try LockFile(text, platform: "linux-64") == nil) }
        let error = #expect(throws: LockFileError.self) { try LockFile(text, platform: "linux-64") }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("A lock's recipe asks for what no other package needs, and for Python")
    func roots() {
        let text = EnvironmentExport(name: "x", rootsOf: Self.lock).fromHistory
        #expect(text.contains("  - ca-certificates=2026.1\n") && text.contains("  - python=3.11.2\n"))
        #expect(text.contains("      - einops==0.8.1\n"))
    }
}
