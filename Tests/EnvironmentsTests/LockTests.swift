import Environments
import Foundation
import Testing

@Suite("Locks: what decides a build, exactly")
struct LockTests {
    private func package(_ name: String, _ version: String = "1.0", md5: String? = nil, sha256: String? = nil) -> CondaPackage {
        CondaPackage(
            name: name, version: version, build: "0", url: "https://c.example.org/noarch/\(name)-\(version)-0.conda",
            sha256: sha256, md5: md5, size: 7, subdir: "noarch", depends: ["python >=3"])
    }

    private func lock(_ packages: [CondaPackage], pip: [PipPackage] = [], options: [String] = [], variables: [String: String] = [:]) -> Lock
    {
        Lock(platform: "linux-64", packages: packages, pip: pip, pipOptions: options, variables: variables)
    }

    @Test("The order in which packages come does not matter, everything else does")
    func identity() throws {
        let one = try lock([package("a"), package("b")], variables: ["X": "1", "Y": "2"]).buildID
        #expect(try lock([package("b"), package("a")], variables: ["Y": "2", "X": "1"]).buildID == one)
        #expect(one.text.count == 32)
        let pip = PipPackage(name: "six", version: "1", url: "https://x/six.whl", sha256: "00", direct: false)
        let others = [
            try lock([package("a"), package("b", "1.1")], variables: ["X": "1", "Y": "2"]).buildID,
            try lock([package("a"), package("b")]).buildID,
            try lock([package("a"), package("b")], pip: [pip], variables: ["X": "1", "Y": "2"]).buildID,
            // An index can decide what a build from source sees.
            try lock([package("a"), package("b")], options: ["--index-url https://evil"], variables: ["X": "1", "Y": "2"]).buildID,
        ]
        #expect(Set(others + [one]).count == 5)
    }

    @Test("The bytes read back as the same lock and are always the same")
    func bytes() throws {
        let lock = lock([package("b", sha256: "ab"), package("a", md5: "cd")], variables: ["A": "ü/\n"])
        let bytes = try lock.canonicalBytes
        #expect(try JSONDecoder().decode(Lock.self, from: bytes) == lock)
        #expect(try JSONDecoder().decode(Lock.self, from: bytes).canonicalBytes == bytes)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("\\/"))
    }

    @Test("The explicit file has hashes where the channel has, and pip's part as comments")
    func explicit() {
        let lock = lock(
            [package("b", sha256: "5a"), package("a", md5: "3d", sha256: "5a"), package("c")],
            pip: [
                PipPackage(name: "Six", version: "1.17", url: "https://files.pythonhosted.org/six.whl", sha256: "99", direct: false),
                PipPackage(name: "own", version: "3", url: "https://pypi.example.org/own-3.whl", sha256: "98", direct: false),
                PipPackage(name: "tool", version: "2", url: "git+https://x/tool@abc", sha256: nil, direct: true),
            ])
        #expect(
            lock.explicit == """
                # This file may be used to create an environment using:
                # $ conda create --name <env> --file <this file>
                # platform: linux-64
                @EXPLICIT
                https://c.example.org/noarch/a-1.0-0.conda#3d
                https://c.example.org/noarch/b-1.0-0.conda#sha256:5a
                https://c.example.org/noarch/c-1.0-0.conda
                # pip own @ https://pypi.example.org/own-3.whl --hash=sha256:98
                # pip Six==1.17 --hash=sha256:99
                # pip tool @ git+https://x/tool@abc

                """)
    }

    @Test("A package that conda and pip both bring counts once, whatever its spelling")
    func count() {
        let pip = PipPackage(name: "Jupyter.Server", version: "2", url: "u", sha256: nil, direct: false)
        #expect(lock([package("jupyter_server"), package("a")], pip: [pip]).count == 2)
    }

    typealias Support = Lock.JupyterJudgement.Support

    @Test(
        "How Jupyter can run",
        arguments: [
            (["jupyterlab=4.4", "jupyter_server=2.14", "ipykernel=6"], Support.server, nil),
            (["jupyterlab=4.4", "jupyter-server=2.14", "ipykernel=6"], .server, nil),
            (["jupyterlab=4.4", "jupyter_server=2.14"], .server, "no Python kernel"),
            (["jupyterlab=3.0", "jupyter_server=1.24", "ipykernel=6"], .oldServer, "jupyter_server>=2"),
            (["jupyter_server=2.14", "ipykernel=6"], .kernel, nil),
            (["python=3.11", "ipykernel=6"], .kernel, nil),
            (["python=3.11"], .none, "ipykernel"),
            (["zlib=1"], .none, "“python”"),
        ] as [([String], Support, String?)])
    func jupyter(packages: [String], support: Support, notice: String?) {
        let lock = lock(
            packages.map { spec in
                let parts = spec.split(separator: "=")
                return package(String(parts[0]), String(parts[1]))
            })
        #expect(lock.jupyter.support == support)
        #expect((lock.jupyter.notice == nil) == (notice == nil))
        if let notice { #expect(lock.jupyter.notice?.english.contains(notice) == true) }
    }

    @Test("What pip installs over it counts")
    func pipOverConda() {
        let pip = PipPackage(name: "jupyter_server", version: "2.14.0", url: "u", sha256: nil, direct: false)
        #expect(
            lock([package("jupyterlab", "4.4"), package("jupyter_server", "1.0"), package("ipykernel")], pip: [pip]).jupyter.support
                == .server)
    }

    @Test(
        "Identities are 32 hexadecimal digits",
        arguments: [
            (String(repeating: "a", count: 32), true), (String(repeating: "A", count: 32), false), ("../x", false), ("", false),
            (String(repeating: "g", count: 32), false),
        ])
    func buildID(text: String, isOne: Bool) {
        #expect((BuildID(text) != nil) == isOne)
    }
}
