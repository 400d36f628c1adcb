import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

/// Environments made by hand, found and read by their files. Rights are tested end to end, with real accounts.
@Suite struct HandMadeTests {
    /// A directory that goes with it.
    private final class Home: Sendable {
        let path = "/var/tmp/berth-home-\(UUID().uuidString.prefix(8))"

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to file: String) throws {
            let place = URL(filePath: "\(path)/\(file)")
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }

        func conda(_ directory: String, sha256: String? = String(repeating: "ab", count: 32)) throws {
            let hash = sha256.map { "\"sha256\": \"\($0)\"," } ?? ""
            try write(
                """
                {"name": "zlib", "version": "1.3", "build": "h1_0", "build_number": 0, "subdir": "\(Platform.host)", \(hash) "depends": [],
                 "url": "https://conda.anaconda.org/conda-forge/\(Platform.host)/zlib-1.3-h1_0.conda"}
                """, to: "\(directory)/conda-meta/zlib-1.3-h1_0.json")
        }
    }

    @Test("conda's, pixi's and venv's are found where tools put them, and nothing behind a link or too deep") func search() throws {
        let home = try Home()
        for place in [
            "miniforge3", "miniforge3/envs/lab", "work/app/.pixi/envs/default", ".conda/envs/x", "a/b/c/d/e/f/g/deep", ".secret/x",
        ] {
            try home.conda(place)
        }
        try home.conda("miniforge3/lib/inside")
        try home.conda("node_modules/x")
        try home.write("{}", to: "miniforge3/envs/lab/conda-meta/python-3.11.2-h1_0.json")
        try home.write("version = 3.12.1\n", to: "web/.venv/pyvenv.cfg")
        try FileManager.default.createSymbolicLink(atPath: home.path + "/linked", withDestinationPath: home.path + "/miniforge3")
        let found = try HandMade.environments(inHome: home.path)
        #expect(found.map(\.path) == [".conda/envs/x", "miniforge3", "miniforge3/envs/lab", "web/.venv", "work/app/.pixi/envs/default"])
        #expect(found.map(\.kind) == [.conda, .conda, .conda, .venv, .pixi])
        #expect(found.map(\.python) == [nil, nil, "3.11.2", "3.12.1", nil])
    }

    @Test("One is read in every form, and told why it can't be taken over exactly") func read() throws {
        let home = try Home()
        try home.conda("lab")
        let lab = try HandMade.environment("lab", inHome: home.path)
        #expect(lab.name == "lab" && lab.exactProblem == nil && lab.fromHistory.contains("zlib") && lab.noBuilds.contains("zlib=1.3"))
        try home.conda("old", sha256: nil)
        #expect(try HandMade.environment("old", inHome: home.path).exactProblem?.english.contains("zlib") == true)
        try home.write("version = 3.12.1\n", to: "web/.venv/pyvenv.cfg")
        let web = try HandMade.environment("web/.venv", inHome: home.path)
        #expect(web.name == "web" && web.exactProblem?.english.contains("Python") == true)
    }

    @Test("Links, FIFOs and ways out are not taken", arguments: ["", ".", "..", "../x", "a/../lab", "/lab", "lab/", "linked", "missing"])
    func hostile(path: String) throws {
        let home = try Home()
        try home.conda("lab")
        try FileManager.default.createSymbolicLink(atPath: home.path + "/linked", withDestinationPath: home.path + "/lab")
        mkfifo(home.path + "/lab/conda-meta/history", 0o600)
        try FileManager.default.createSymbolicLink(
            atPath: home.path + "/lab/conda-meta/shadow.json", withDestinationPath: "/etc/shadow")
        #expect(throws: HandMadeError.self) { try HandMade.environment(path, inHome: home.path) }
        #expect(HandMade.files(at: home.path + "/lab").condaMeta.keys.sorted() == ["zlib-1.3-h1_0.json"])
    }

    @Test("What people's files say of packages must fit where it is written") func sound() {
        func package(_ name: String = "a", url: String = "https://h/a-1-0.conda", sha256: String? = "ab") -> CondaPackage {
            CondaPackage(name: name, version: "1", build: "0", url: url, sha256: sha256, md5: nil, size: nil, subdir: "noarch", depends: [])
        }
        #expect(package().isSound)
        for name in ["../a", "a b", "", "-a", "a\n"] { #expect(!package(name).isSound, "\(name)") }
        #expect(!package(url: "https://h/a\nb").isSound && !package(sha256: "xy").isSound)
        #expect(!PipPackage(name: "a", version: "1 --index-url=x", url: "u", sha256: nil, direct: false).isSound)
    }

    @Test(
        "Names for what was made in a directory",
        arguments: [
            ("miniforge3/envs/lab", "lab"), ("work/web/.venv", "web"), ("work/app/.pixi/envs/default", "app"),
            ("work/app/.pixi/envs/gpu", "app-gpu"), ("a b/cé", "c-"), (".venv", "venv"), ("--", "adopted"),
        ])
    func names(path: String, name: String) { #expect(EnvironmentName.proposed(forDirectory: path) == name) }
}
