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
            PipPackage(name: "einops", version: "0.8.1", url: "https://files.example/einops-0.8.1.whl", sha256: sha256, direct: false),
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
    }

    @Test("conda-lock's file gives the packages of this platform")
    func condaLock() throws {
        let text = try EnvironmentExport(name: "x", recipe: nil, lock: Self.lock).condaLock
        let file = try #require(try LockFile(text, platform: "linux-64"))
        #expect(file.packages.map(\.url) == Self.lock.packages.map(\.url))
        #expect(file.packages.map(\.sha256) == Self.lock.packages.map(\.sha256))
        #expect(file.pip.map(\.name) == ["einops", "tool"])
        let error = #expect(throws: LockFileError.self) { try LockFile(text, platform: "linux-aarch64") }
        #expect(error?.description == "The lock is for linux-64, and this host is linux-aarch64.")
    }

    @Test(
        "What is no lock is left to the recipe's reader; what nearly is says what is wrong",
        arguments: [
            ("name: x\ndependencies: [python]\n", nil),
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
