import Environments
import Foundation
import Testing

@Suite("pixi.lock") struct PixiLockTests {
    static let md5 = String(repeating: "ab", count: 16), sha256 = String(repeating: "cd", count: 32)

    /// The build strings say nothing of number and kind, and one version would be a number in YAML.
    static let lock = Lock(
        platform: "linux-64",
        packages: [
            CondaPackage(
                name: "python", version: "3.10", build: "cpython", buildNumber: 3,
                url: "https://conda.anaconda.org/conda-forge/linux-64/python-3.10-cpython.conda", sha256: sha256, md5: md5, size: 7,
                subdir: "linux-64", depends: ["libffi >=3.4,<4.0a0", "__glibc >=2.17"], constrains: ["python_abi 3.10.* *_cp310"],
                sitePackages: "lib/python3.10/site-packages", license: "PSF: \"2.0\""),
            CondaPackage(
                name: "tool", version: "1", build: "0", url: "https://conda.example.org/team/noarch/tool-1-0.conda", sha256: sha256,
                md5: nil, size: nil, subdir: "noarch", depends: ["python"], noarch: "python"),
        ],
        pip: [
            PipPackage(
                name: "Six", version: "1.10", url: "https://files.example.org/six-1.10-py3-none-any.whl", sha256: sha256, direct: false),
            PipPackage(name: "own", version: "2", url: "git+https://x.example.org/own@abc", sha256: nil, direct: true),
        ], pipOptions: ["--extra-index-url=https://more.example.org/simple?a=b", "--index-url https://pypi.example.org/simple"])

    static func read(_ text: String) throws -> [String: Any] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pixi-\(UUID()).lock")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = """
            import json, sys, yaml
            from rattler import LockFile
            environment = LockFile.from_path(sys.argv[1]).default_environment()
            conda, pip = {}, {}
            platforms = {str(platform): platform for platform in environment.platforms()}
            for package in environment.packages(platforms["linux-64"]) or []:
                if hasattr(package, "package_record"):
                    r = package.package_record
                    conda[package.name] = [
                        str(r.version), str(r.build), r.build_number, r.subdir, r.noarch.python, r.sha256.hex(), r.md5.hex() if r.md5 else None,
                        r.size, r.license, list(r.depends), list(r.constrains), r.python_site_packages_path, package.location]
                else:
                    pip[package.name] = [package.version, package.location, package.hashes.sha256.hex() if package.hashes._hashes else None]
            indexes = yaml.safe_load(open(sys.argv[1]))["environments"]["default"].get("indexes")
            print(json.dumps({"conda": conda, "pip": pip, "indexes": indexes,
                "channels": [str(c) for c in environment.channels()],
                "locations": {name: [p.location for p in environment.packages(platforms[name]) or []] for name in platforms}}))
            """
        let (status, output) = try LockTools.run(try LockTools.python, ["-c", script, file.path])
        try #require(status == 0, "\(output)")
        return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    @Test("rattler's own parser reads every field as it was locked") func rattlerReads() throws {
        let recipe = try Recipe(yaml: "channels: [conda-forge, \"https://conda.example.org/team\"]\ndependencies: [python]")
        let others = [
            Lock(platform: "linux-aarch64", packages: Self.lock.packages.filter { $0.subdir == "noarch" }),
            Lock(platform: "osx-arm64", packages: [ExportTests.package("zlib", "1.3", subdir: "osx-arm64")] + Self.lock.packages.suffix(1)),
        ]
        let text = EnvironmentExport(name: "lab", recipe: recipe, lock: Self.lock, otherLocks: others).pixiLock
        #expect(text.components(separatedBy: "  name: \"tool\"").count == 2, "What all have is described once")
        let read = try Self.read(text)
        let conda = try #require(read["conda"] as? [String: [Any]])
        #expect(conda.count == 2)
        for package in Self.lock.packages {
            let wanted: [Any] = [
                package.version, package.build, package.buildNumber, package.subdir, package.noarch == "python", Self.sha256,
                package.md5 ?? NSNull(), package.size ?? NSNull(), package.license ?? NSNull(), package.depends, package.constrains,
                package.sitePackages ?? NSNull(), package.url,
            ]
            let found = try #require(conda[package.name])
            #expect(
                try JSONSerialization.data(withJSONObject: found) == JSONSerialization.data(withJSONObject: wanted),
                "\(found) is not \(wanted)")
        }
        let pip = try #require(read["pip"] as? [String: [Any]])
        #expect(pip["six"]?[0] as? String == "1.10" && pip["six"]?[2] as? String == Self.sha256)
        #expect(pip["own"]?[1] as? String == "git+https://x.example.org/own@abc" && pip["own"]?[2] is NSNull)
        #expect(read["indexes"] as? [String] == ["https://pypi.example.org/simple", "https://more.example.org/simple?a=b"])
        let channels = try #require(read["channels"] as? [String])
        #expect(channels.count == 2 && channels[0].contains("https://conda.anaconda.org/conda-forge/"))
        let locations = try #require(read["locations"] as? [String: [String]])
        #expect(locations.mapValues(\.count) == ["linux-64": 4, "linux-aarch64": 1, "osx-arm64": 2])
        for lock in others { #expect(Set(locations[lock.platform] ?? []) == Set(lock.packages.map(\.url))) }
    }

    @Test("An environment without packages is read too") func empty() throws {
        let read = try Self.read(
            EnvironmentExport(name: "lab", recipe: nil, lock: Lock(platform: "linux-64", packages: [])).pixiLock)
        #expect((read["conda"] as? [String: Any])?.isEmpty == true && (read["pip"] as? [String: Any])?.isEmpty == true)
    }
}
