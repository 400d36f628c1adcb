import Environments
import Foundation
import Testing

@Suite("Backing up what was made by hand") struct BackupTests {
    private func record(_ name: String, _ version: String, depends: String = "", more: String = "") -> String {
        """
        {"name": "\(name)", "version": "\(version)", "build": "h1_0", "build_number": 0, "subdir": "linux-64", "sha256": "cd", "md5": "ab",
         "url": "https://conda.anaconda.org/conda-forge/linux-64/\(name)-\(version)-h1_0.conda", "depends": [\(depends)], "size": 9,
         "channel": "conda-forge"\(more)}
        """
    }

    private func distribution(_ name: String, _ version: String, url: String? = nil, requested: Bool = false)
        -> EnvironmentFiles.Distribution
    {
        .init(
            directory: "\(name)-\(version).dist-info", metadata: "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n\nName: no\n",
            directURL: url, isRequested: requested)
    }

    private func conda() -> EnvironmentFiles {
        var files = EnvironmentFiles()
        files.condaMeta = [
            "python-3.11.2-h1_0.json": record("python", "3.11.2", depends: "\"zlib >=1\""),
            "numpy-2.1-h1_0.json": record(
                "numpy", "2.1", depends: "\"python\"", more: ", \"files\": [\"lib/python3.11/site-packages/numpy-2.1.dist-info/METADATA\"]"),
            "zlib-1.3-h1_0.json": record("zlib", "1.3", more: ", \"noarch\": false"),
        ]
        files.history = """
            ==> 2026-01-01 10:00:00 <==
            # cmd: conda create -n lab python=3.11 numpy scipy
            # conda version: 24.1.0
            +conda-forge/linux-64::python-3.11.2-h1_0
            # update specs: ['python=3.10', 'numpy', "scipy[version='>=1,<2']"]
            ==> 2026-01-02 10:00:00 <==
            # update specs: ["python=3.11"]
            ==> 2026-01-03 10:00:00 <==
            # remove specs: ['scipy']
            # neutered specs: ['numpy[version=\\'>=2\\']']
            """.replacing("\\'", with: "'")
        files.state = #"{"version": 1, "env_vars": {"A": "1", "GONE": "***unset***"}}"#
        files.distributions = [
            distribution("numpy", "2.1"), distribution("six", "1.17"),
            distribution(
                "tool", "2",
                url: #"{"url": "https://x/tool", "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"}}"#,
                requested: true),
            distribution("wheel_", "3", url: #"{"url": "https://x/w.whl", "archive_info": {"hash": "sha256=ee"}}"#, requested: true),
            distribution("mine", "0", url: #"{"url": "file:///home/anna/mine", "dir_info": {"editable": true}}"#, requested: true),
        ]
        return files
    }

    @Test("conda's: asked for by its history, exact by conda-meta") func condaEnvironment() throws {
        var files = conda()
        files.history = files.history?.replacing("# neutered specs: ['numpy[version='>=2']']", with: "# neutered specs: ['numpy>=2']")
        let backup = try Backup(of: files, name: "lab", platform: "osx-64")
        let asked = try Recipe(yaml: backup.export.fromHistory)
        #expect(asked.dependencies.map(\.spec) == ["python=3.11", "numpy>=2", "pip"])
        #expect(asked.pip.map(\.text) == ["tool @ git+https://x/tool@abc", "wheel_ @ https://x/w.whl"])
        #expect(asked.channels.map(\.text) == ["conda-forge"])
        #expect(asked.variables == ["A": "1"])
        let exact = try Recipe(yaml: backup.export.noBuilds)
        #expect(exact.dependencies.map(\.spec) == ["numpy=2.1", "python=3.11.2", "zlib=1.3", "pip"])
        #expect(exact.pip.map(\.text) == ["six==1.17", "tool @ git+https://x/tool@abc", "wheel_ @ https://x/w.whl"])
        #expect(backup.lock.platform == "linux-64")
        #expect(backup.lock.packages.map(\.name) == ["numpy", "python", "zlib"], "numpy's dist-info is conda's")
        #expect(backup.lock.packages[0].sha256 == "cd" && backup.lock.packages[0].md5 == "ab")
        #expect(backup.lock.pip.map(\.sha256) == [nil, nil, "ee"])
        #expect(backup.notices.contains { $0.english.contains("editable from /home/anna/mine") })
        #expect(backup.notices.contains { $0.english.contains("by version only: 1.") })
    }

    @Test("Without a history, by what conda-meta says was asked for, else by what nothing needs") func noHistory() throws {
        var files = conda()
        files.history = "==> 2026 <==\n"
        files.distributions = []
        #expect(
            try Recipe(yaml: Backup(of: files, name: "a", platform: "p").export.fromHistory).dependencies.map(\.spec) == [
                "numpy", "python=3.11",
            ])
        files.condaMeta["zlib-1.3-h1_0.json"] = record("zlib", "1.3", more: #", "requested_spec": "zlib>1""#)
        files.condaMeta["python-3.11.2-h1_0.json"] = record("python", "3.11.2", more: #", "requested_spec": "None""#)
        #expect(try Recipe(yaml: Backup(of: files, name: "a", platform: "p").export.fromHistory).dependencies.map(\.spec) == ["zlib>1"])
    }

    @Test("Exported, read back and exported again, it is the same") func roundTrip() throws {
        var files = conda()
        files.history = nil
        let backup = try Backup(of: files, name: "lab", platform: "linux-64")
        for text in [backup.export.noBuilds, backup.export.fromHistory] {
            let again = EnvironmentExport(name: "lab", recipe: try Recipe(yaml: text), lock: backup.lock)
            #expect(again.fromHistory == text)
            #expect(again.noBuilds == backup.export.noBuilds)
        }
        let lock = try JSONDecoder().decode(Lock.self, from: backup.lock.canonicalBytes)
        #expect(try lock.buildID == backup.lock.buildID && lock.explicit == backup.lock.explicit)
    }

    @Test("A venv's: its Python by version, all the rest by pip") func venv() throws {
        var files = EnvironmentFiles()
        files.pyvenv = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n"
        files.distributions = [distribution("pip", "23"), distribution("Flask", "3.0", requested: true), distribution("click", "8.1")]
        let backup = try Backup(of: files, name: "web", platform: "linux-64")
        let asked = try Recipe(yaml: backup.export.fromHistory)
        #expect(asked.dependencies.map(\.spec) == ["python=3.11", "pip"] && asked.pip.map(\.text) == ["Flask==3.0"])
        let exact = try Recipe(yaml: backup.export.noBuilds)
        #expect(exact.dependencies.map(\.spec) == ["python=3.11.2", "pip"] && exact.pip.map(\.text) == ["click==8.1", "Flask==3.0"])
        #expect(backup.notices.contains { $0.english.contains("Python of a venv") })
        files.pyvenv = "version_info = 3.12.1.final.0\n"
        #expect(try Backup(of: files, name: "web", platform: "linux-64").export.noBuilds.contains("python=3.12.1"))
    }

    @Test("Tokens in addresses stay behind") func secrets() throws {
        var files = conda()
        files.condaMeta["zlib-1.3-h1_0.json"] = record("zlib", "1.3").replacing("anaconda.org/", with: "anaconda.org/t/an-0123-4567/")
        files.distributions = [distribution("w", "3", url: #"{"url": "https://u:hunter2@x/w.whl", "archive_info": {}}"#)]
        let backup = try Backup(of: files, name: "a", platform: "p")
        for text in [backup.export.noBuilds, backup.export.fromHistory, backup.lock.explicit] {
            #expect(!text.contains("hunter2") && !text.contains("an-0123"))
        }
        #expect(backup.notices.filter { $0.english.contains("password or token") }.count == 2)
    }

    @Test("What is none, or broken, is said") func broken() throws {
        #expect(throws: BackupError.self) { try Backup(of: EnvironmentFiles(), name: "a", platform: "p") }
        var files = EnvironmentFiles()
        files.condaMeta = ["x.json": "{"]
        let error = try #require(throws: BackupError.self) { try Backup(of: files, name: "a", platform: "p") }
        #expect(error.description.contains("conda-meta/x.json can't be read"))
        files = EnvironmentFiles()
        files.pyvenv = "home = /usr"
        #expect(throws: BackupError.self) { try Backup(of: files, name: "a", platform: "p") }
        files = conda()
        files.distributions = [
            .init(directory: "odd-1.dist-info", metadata: "", directURL: nil, isRequested: false), distribution("bad", "1", url: "{"),
        ]
        let backup = try Backup(of: files, name: "a", platform: "p")
        #expect(backup.lock.pip.map(\.name) == ["bad"])
        #expect(backup.notices.filter { $0.english.contains("odd-1") || $0.english.contains("direct_url.json of bad") }.count == 2)
    }
}
