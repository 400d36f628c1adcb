import Environments
import Foundation
import Testing

@Suite("Taking an environment away") struct ExportTests {
    static let md5 = String(repeating: "ab", count: 16), sha256 = String(repeating: "cd", count: 32)

    static let recipe = """
        name: lab
        channels: [conda-forge, "https://conda.example.org/team"]
        dependencies: ["python=3.11", "numpy >=2,<3", pip, {pip: ["--index-url https://pypi.example.org/simple", "six", "tool @ git+https://x.example.org/tool@abc"]}]
        variables: {PORT: 8080, TEXT: "a \\"b\\" $c: é\\t#"}
        """

    static func package(_ name: String, _ version: String, depends: [String] = [], subdir: String = "linux-64", hashed: Bool = true)
        -> CondaPackage
    {
        CondaPackage(
            name: name, version: version, build: "1.0",
            url: "https://conda.anaconda.org/conda-forge/\(subdir)/\(name)-\(version)-1.0.conda",
            sha256: sha256, md5: hashed ? md5 : nil, size: 7, subdir: subdir, depends: depends)
    }

    static func lock(hashed: Bool = true) throws -> Lock {
        let recipe = try Recipe(yaml: recipe)
        return Lock(
            platform: "linux-64",
            packages: [
                package("python", "3.11.2", depends: ["libffi >=3.4,<4.0a0", "__glibc >=2.17", "tzdata"], hashed: hashed),
                package("numpy", "2.10", depends: ["python >=3.11,<3.12.0a0", "python_abi 3.11.* *_cp311"]),
                package("pip", "24", subdir: "noarch"),
                package("libffi", "3.4"), package("tzdata", "2025a", subdir: "noarch"), package("_libgcc_mutex", "0.1"),
            ],
            pip: [
                PipPackage(name: "Six", version: "1.17", url: "https://files/six-1.17-py3-none-any.whl", sha256: sha256, direct: false),
                PipPackage(name: "tool", version: "2", url: "git+https://x.example.org/tool@abc", sha256: nil, direct: true),
            ], pipOptions: recipe.pipOptions, variables: recipe.variables)
    }

    /// For a platform for which nobody resolved pip's part.
    static func lockForMac() throws -> Lock {
        Lock(
            platform: "osx-arm64",
            packages: [
                package("python", "3.11.2", depends: ["tzdata"], subdir: "osx-arm64"), package("tzdata", "2025a", subdir: "noarch"),
            ],
            variables: try lock().variables)
    }

    static func export() throws -> EnvironmentExport {
        EnvironmentExport(name: "lab", recipe: try Recipe(yaml: recipe), lock: try lock(), otherLocks: [try lockForMac()])
    }

    @Test("What was asked for comes back as it was") func fromHistory() throws {
        let again = try Recipe(yaml: Self.export().fromHistory), recipe = try Recipe(yaml: Self.recipe)
        #expect(again.dependencies.map(\.spec) == recipe.dependencies.map(\.spec))
        #expect(again.pip.map(\.text) == recipe.pip.map(\.text))
        #expect(again.channels.map(\.text) == recipe.channels.map(\.text))
        #expect(again.variables == recipe.variables)
        #expect(again.name?.text == "lab")
        let twice = EnvironmentExport(name: "lab", recipe: again, lock: try Self.lock()).fromHistory
        #expect(twice == (try Self.export().fromHistory), "Exported twice, the same")
    }

    @Test("Every package with its version, no builds") func noBuilds() throws {
        let again = try Recipe(yaml: Self.export().noBuilds)
        #expect(
            again.dependencies.map(\.spec) == ["_libgcc_mutex=0.1", "libffi=3.4", "numpy=2.10", "pip=24", "python=3.11.2", "tzdata=2025a"])
        #expect(
            again.pip.map(\.text) == [
                "--index-url https://pypi.example.org/simple", "Six==1.17", "tool @ git+https://x.example.org/tool@abc",
            ])
        #expect(Lint.findings(in: try Self.export().noBuilds).isEmpty)
    }

    @Test("Channels come from the packages where the recipe names none") func channels() throws {
        let export = EnvironmentExport(name: "x", recipe: try Recipe(yaml: "dependencies: [python]"), lock: try Self.lock())
        #expect(export.channels == ["conda-forge"])
        #expect(
            CondaPackage(
                name: "a", version: "1", build: "0", url: "file:///srv/channel/noarch/a-1-0.conda", sha256: nil, md5: nil, size: nil,
                subdir: "noarch", depends: []
            ).channel == "file:///srv/channel")
    }

    @Test("The Dockerfile has every package by its hash") func dockerfile() throws {
        let text = try Self.export().dockerfile(base: "base:1")
        #expect(text.contains("FROM base:1\n"))
        #expect(text.contains("'https://conda.anaconda.org/conda-forge/linux-64/python-3.11.2-1.0.conda#\(Self.md5)' \\\n"))
        #expect(text.contains("    '--index-url https://pypi.example.org/simple' \\\n    Six==1.17 \\\n") == false)
        #expect(text.contains("'Six==1.17 --hash=sha256:\(Self.sha256)'"))
        #expect(text.components(separatedBy: "pip install --no-deps").count == 3, "With hashes and without apart")
        #expect(text.contains("ENV TEXT=\"a \\\"b\\\" \\$c: é\t#\"\n"))
        #expect(text.hasSuffix("CMD [\"/bin/bash\"]\n"))
    }

    /// The `RUN` line as the shell of a build would run it, with what it calls replaced.
    @Test("What the Dockerfile's shell writes is the explicit file") func dockerfileInShell() throws {
        let text = try Self.export().dockerfile()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dockerfile-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try #require(text.components(separatedBy: "RUN ").dropFirst().first?.components(separatedBy: " && ").first)
        let (status, _) = try LockTools.run(
            "/bin/sh", ["-c", run.replacing("/tmp/", with: "\(folder.path)/").replacing("\\\n", with: " ")])
        #expect(status == 0)
        let written = try String(contentsOf: folder.appendingPathComponent("explicit.txt"), encoding: .utf8)
        let wanted = try Self.lock().explicit.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n") + "\n"
        #expect(written == wanted)
    }

    @Test("docker run is the person's own, on loopback") func dockerRun() {
        let one = Deployment(image: "lab:1", uid: 1500, gid: 1600, gpus: 2, home: "/home/an na")
        #expect(
            one.dockerRun
                == "docker run --rm --interactive --tty --user 1500:1600 --gpus 2 --publish 127.0.0.1:8888:8888 --volume '/home/an na:/home/an na' --env 'HOME=/home/an na' --workdir '/home/an na' lab:1\n"
        )
        #expect(!Deployment(image: "i", uid: 1, gid: 1, gpus: 0, home: "/h").dockerRun.contains("gpus"))
    }

    @Test("conda-lock, rattler and PyYAML read what is written") func othersRead() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("export-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ text: String) throws {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        let export = try Self.export()
        try write("conda-lock.yml", export.condaLock)
        try write("explicit.txt", export.lock.explicit)
        try write("environment.yml", export.fromHistory)
        try write("pod.yml", Deployment(image: "no", uid: 1500, gid: 1600, gpus: 1, home: "/home/1e3").kubernetes(name: "1E3_Lab"))
        try write("cpu.yml", Deployment(image: "i", uid: 0, gid: 0, gpus: 0, home: "/h").kubernetes(name: "a"))
        let script = """
            import json, sys, yaml, pathlib
            from conda_lock.lockfile import parse_conda_lock_file
            from rattler.explicit_environment import ExplicitEnvironmentSpec
            folder = pathlib.Path(sys.argv[1])
            lock = parse_conda_lock_file(folder / "conda-lock.yml")
            explicit = ExplicitEnvironmentSpec.from_path(folder / "explicit.txt")
            pod = list(yaml.safe_load_all((folder / "pod.yml").read_text()))
            cpu = list(yaml.safe_load_all((folder / "cpu.yml").read_text()))
            print(json.dumps({
                "lock": [[p.manager, p.name, p.version, p.url, p.hash.md5, p.hash.sha256, dict(p.dependencies)]
                         for p in lock.package if p.platform == "linux-64"],
                "mac": [p.url for p in lock.package if p.platform == "osx-arm64"],
                "platforms": list(lock.metadata.platforms), "hashes": {str(k): v for k, v in lock.metadata.content_hash.items()},
                "channels": [c.url for c in lock.metadata.channels],
                "platform": [str(explicit.platform)], "explicit": [p.url for p in explicit.packages],
                "variables": yaml.safe_load((folder / "environment.yml").read_text())["variables"],
                "container": pod[1]["spec"]["containers"][0], "security": pod[1]["spec"]["securityContext"],
                "names": [d["metadata"]["name"] for d in pod], "cpu": "resources" in cpu[1]["spec"]["containers"][0]}))
            """
        let (status, output) = try LockTools.run(try LockTools.python, ["-c", script, folder.path])
        try #require(status == 0, "\(output)")
        let read = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        let packages = try #require(read["lock"] as? [[Any]])
        #expect(Set(packages.compactMap { $0[1] as? String }) == Set(export.lock.packages.map(\.name) + ["six", "tool"]))
        // conda-lock puts a package behind what it needs.
        #expect((read["mac"] as? [String])?.sorted() == (try Self.lockForMac().packages.map(\.url).sorted()))
        #expect(read["platforms"] as? [String] == ["linux-64", "osx-arm64"])
        #expect(
            read["hashes"] as? [String: String] == [
                "linux-64": try Self.lock().buildID.text, "osx-arm64": try Self.lockForMac().buildID.text,
            ])
        let numpy = try #require(packages.first { $0[1] as? String == "numpy" })
        #expect(numpy[2] as? String == "2.10" && numpy[4] as? String == Self.md5 && numpy[5] as? String == Self.sha256)
        #expect(numpy[6] as? [String: String] == ["python": ">=3.11,<3.12.0a0", "python_abi": "3.11.* *_cp311"])
        #expect(read["channels"] as? [String] == ["conda-forge", "https://conda.example.org/team"])
        #expect(read["explicit"] as? [String] == export.lock.packages.map { "\($0.url)#\(Self.md5)" })
        #expect(read["platform"] as? [String] == ["linux-64"])
        #expect(read["variables"] as? [String: String] == export.lock.variables)
        let container = try #require(read["container"] as? [String: Any])
        #expect(container["image"] as? String == "no")
        #expect(((container["resources"] as? [String: Any])?["limits"] as? [String: Int])?["nvidia.com/gpu"] == 1)
        #expect((read["security"] as? [String: Any])?["runAsUser"] as? Int == 1500)
        #expect(read["names"] as? [String] == ["1e3-lab-home", "1e3-lab"])
        #expect(read["cpu"] as? Bool == false)
    }
}

/// Parsers that others wrote.
enum LockTools {
    static var python: String {
        get throws {
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("lock-tools.sh")
            let (status, output) = try run("/bin/bash", [script.path])
            try #require(status == 0, "lock-tools.sh failed: \(output)")
            return output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
