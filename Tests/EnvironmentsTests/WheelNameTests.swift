import Testing

@testable import Environments

@Suite("Names of wheels")
struct WheelNameTests {
    @Test(
        "Project and version are read from a wheel's name",
        arguments: [
            ("humanize-4.11.0-py3-none-any.whl", "humanize", "4.11.0"),
            ("Flask_SQLAlchemy-3.1.1-1-py3-none-any.whl", "flask-sqlalchemy", "3.1.1"),
            ("torch-2.6.0+cu124-cp311-cp311-manylinux_2_28_x86_64.whl", "torch", "2.6.0+cu124"),
        ])
    func read(file: String, project: String, version: String) throws {
        let name = try #require(WheelName(file))
        #expect(name.project == project && name.version == version)
    }

    @Test(
        "What is no wheel's name, or could be a path or an option, is none",
        arguments: [
            "humanize-4.11.0.tar.gz", "a-1-py3-none.whl", "../a-1-py3-none-any.whl", ".a-1-py3-none-any.whl", "-a-1-py3-none-any.whl",
            "a b-1-py3-none-any.whl", "a--py3-none-any.whl", ".whl", "",
        ])
    func refused(file: String) { #expect(WheelName(file) == nil) }

    @Test("A package's URL names its wheel, or none")
    func ofPackage() {
        func wheel(_ url: String) -> String? {
            PipPackage(name: "a", version: "1", url: url, sha256: nil, direct: false).wheel?.file
        }
        #expect(
            wheel("https://h/p/torch-2.6.0%2Bcu124-cp311-cp311-linux_x86_64.whl#sha256=ab")
                == "torch-2.6.0+cu124-cp311-cp311-linux_x86_64.whl")
        for url in [
            "https://pypi.org/project/a/1/", "git+https://h/a.git@abc", "https://h/a-1.tar.gz", "https://h/..%2Fa-1-py3-none-any.whl",
        ] {
            #expect(wheel(url) == nil, "\(url)")
        }
    }

    @Test("What has no wheel on a platform stands in that platform's exports, and is told to whoever restores there")
    func lacking() throws {
        let host = Lock(platform: "linux-64", packages: [], pip: [])
        let mac = Lock(platform: "osx-arm64", packages: [], lacking: ["docopt"])
        // From before pip was asked for other platforms.
        let old = Lock(platform: "win-64", packages: [])
        let export = EnvironmentExport(
            name: "x", channels: ["conda-forge"], asked: [], askedOfPip: ["--pre", "docopt==0.6", "x @ https://u:p@h/x.zip"], lock: host,
            otherLocks: [mac, old])
        let comments = try export.condaLock.split(separator: "\n").filter { $0.hasPrefix("#") }.map(String.init)
        #expect(comments == export.pixiLock.split(separator: "\n").filter { $0.hasPrefix("#") }.map(String.init))
        #expect(comments.first == "# left out, what pip would install for osx-arm64: docopt")
        #expect(comments.dropFirst().first == "# left out, what pip would install for win-64: docopt")
        #expect(comments.count == 3 && !comments[2].contains("u:p@"))
        #expect(
            LeftOut(lines: comments, platform: "osx-arm64").notices.map(\.english) == [
                "The lock came without what pip would install and has no wheel: osx-arm64: docopt."
            ])
        #expect(LeftOut(lines: comments, platform: "linux-64").notices == [])
        #expect(try !String(decoding: host.canonicalBytes, as: UTF8.self).contains("lacking"))
    }
}
