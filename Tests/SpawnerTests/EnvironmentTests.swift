import Docker
import Foundation
import LauncherProtocol
import Synchronization
import Testing

@testable import Spawner

/// A server with an environment: as its own Jupyter, or as a kernel of the image's.
@Suite struct EnvironmentTests {
    private static let prefix = "/opt/berth/env"

    /// Makes an environment from what the trial image has: Python and JupyterLab at another prefix.
    private static func make(_ site: Site, jupyter: EnvironmentSummary.JupyterSupport) async throws {
        let host = site.folder + "/build"
        try FileManager.default.createDirectory(atPath: host, withIntermediateDirectories: true)
        var steps = """
            set -e
            python3 -m venv --without-pip \(prefix)
            cp -r /opt/jupyter/lib/python3.11/site-packages/. \(prefix)/lib/python3.11/site-packages/
            mkdir -p \(prefix)/etc/conda/activate.d
            echo 'export FROM_SCRIPT="$CONDA_PREFIX and ${CONDA_DEFAULT_ENV}"' > \(prefix)/etc/conda/activate.d/a.sh
            echo 'words=(one two); export FROM_BASH=${words[1]}' > \(prefix)/etc/conda/activate.d/b.sh
            """
        if jupyter == .server {
            steps += """

                cp -r /opt/jupyter/share \(prefix)/
                cp -r /opt/jupyter/etc/jupyter \(prefix)/etc/
                sed '1s|.*|#!\(prefix)/bin/python|' /opt/jupyter/bin/jupyter-lab > \(prefix)/bin/jupyter-lab
                chmod +x \(prefix)/bin/jupyter-lab
                """
        }
        var spec = ContainerSpec(image: "berth/trial:1", command: ["sh", "-c", steps])
        spec.mounts = [Mount(.host(host), at: prefix)]
        let exit = try await site.engine.run(spec, named: "berth-test-\(site.account.name)") { print($0.text) }
        try #require(exit.code == 0)
        let mount = EnvironmentMount(
            name: "mine", version: "fedcba", hash: "0123456789abcdef", hostPath: host, containerPath: prefix, jupyter: jupyter,
            variables: ["GREETING": "it's \"$HOME\"", "not a name": "x"])
        site.environments.withLock { $0["mine"] = mount }
    }

    /// The environment of the one process whose arguments hold `pattern`.
    private func environment(_ site: Site, _ record: ServerRecord, _ pattern: String) throws -> [String: String] {
        let processes = try site.inside(record, "ps -eo pid,args | grep \(pattern) | grep -v grep").split(separator: " ")
        let process = try #require(processes.first)
        let lines = try site.inside(record, "cat /proc/\(process)/environ").split(separator: "\0")
        return Dictionary(
            lines.map { line in
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts.last ?? ""))
            }, uniquingKeysWith: { $1 })
    }

    private func check(_ variables: [String: String]) {
        #expect(variables["CONDA_PREFIX"] == Self.prefix)
        #expect(variables["CONDA_DEFAULT_ENV"] == "mine")
        #expect(variables["BERTH_ENVIRONMENT"] == "mine" && variables["BERTH_ENVIRONMENT_VERSION"] == "fedcba")
        #expect(variables["BERTH_ENVIRONMENT_BUILD"] == "0123456789abcdef")
        #expect(variables["PATH"]?.hasPrefix(Self.prefix + "/bin:") == true)
        #expect(variables["GREETING"] == "it's \"$HOME\"")
        #expect(variables["FROM_SCRIPT"] == "\(Self.prefix) and mine")
        #expect(variables["FROM_BASH"] == "two")
        #expect(variables["PYTHONNOUSERSITE"] == "1")
        #expect(variables["SHELL"] == "/bin/bash")
    }

    /// Starts a kernel and a terminal and looks at what they got.
    private func checkKernelAndTerminal(_ site: Site, _ record: ServerRecord) async throws {
        let base = "/user/\(site.account.name)"
        let kernel = try await site.ask(record, base + "/api/kernels", method: "POST", auth: "token", json: "{}")
        #expect(kernel.status == 201, "\(kernel.text.prefix(500))")
        #expect(kernel.json?["name"] as? String == "python3")
        check(try environment(site, record, "ipykernel_launcher"))
        #expect(
            try site.inside(record, "ps -eo args | grep ipykernel_launcher").contains("\(Self.prefix)/bin/python -m ipykernel_launcher"))
        let terminal = try await site.ask(record, base + "/api/terminals", method: "POST", auth: "token", json: "{}")
        #expect(terminal.status == 200, "\(terminal.text.prefix(500))")
        // The last thing that a shell's start does to its arguments is to be bash -i.
        check(try environment(site, record, "[b]ash.-i"))
    }

    @Test func isAKernelOfTheImagesJupyter() async throws {
        try await Site.run { site in
            try await Self.make(site, jupyter: .kernel)
            let record = try await site.start(site.spawner(), environment: "mine")
            #expect(record.environment == "mine" && record.environmentVersion == "fedcba")
            try await site.waitUntilServing(record)
            let specs = try await site.ask(record, "/user/\(site.account.name)/api/kernelspecs")
            let kernels = try #require(specs.json?["kernelspecs"] as? [String: NSDictionary])
            #expect(Set(kernels.keys) == ["python3"])
            #expect(((kernels["python3"]?["spec"] as? NSDictionary)?["display_name"]) as? String == "Python (mine)")
            try await checkKernelAndTerminal(site, record)
        }
    }

    @Test func runsTheServerItself() async throws {
        try await Site.run { site in
            try await Self.make(site, jupyter: .server)
            let record = try await site.start(site.spawner(), environment: "mine")
            try await site.waitUntilServing(record)
            #expect(try site.inside(record, "ps -eo args").contains("\(Self.prefix)/bin/python \(Self.prefix)/bin/jupyter-lab"))
            #expect(try await site.ask(record, "/user/\(site.account.name)/lab").status == 200)
            try await checkKernelAndTerminal(site, record)
        }
    }

    @Test func startsWithWhatIsDemandedWhereNothingWasChosen() async throws {
        try await Site.run { site in
            try await Self.make(site, jupyter: .kernel)
            site.environments.withLock { $0[""] = $0["mine"] }
            let spawner = site.spawner()
            let record = try await site.start(spawner)
            #expect(record.environment == "mine")
            // The build was let go of when the engine knew who has it.
            #expect(site.released.withLock { $0 } == [1])
            #expect(try await spawner.buildsInUse() == ["0123456789abcdef"])
            #expect(try await spawner.buildsInUse(by: site.account.uid) == ["0123456789abcdef"])
            #expect(try await spawner.buildsInUse(by: site.account.uid + 1) == [])
            #expect(try site.inside(record, "ls -d \(Self.prefix)").contains(Self.prefix))
        }
    }

    @Test func knowsBuildsInUseByWhatIsMountedToo() async throws {
        try await Site.run { site in
            let builds = site.configuration.state + "/store/environments"
            for build in ["aaaa", "bbbb"] {
                try FileManager.default.createDirectory(atPath: "\(builds)/\(build)", withIntermediateDirectories: true)
            }
            let labels = [ServerLabels.installation: site.configuration.state]
            let overlay = Mount.Source.mounted(
                volume: "berth-layer-\(site.account.name)",
                options: ["type": "overlay", "device": "overlay", "o": "lowerdir=\(builds)/bbbb,upperdir=/u,workdir=/w"], labels: labels)
            for (name, source) in [("plain", Mount.Source.host(builds + "/aaaa")), ("layered", overlay)] {
                var spec = ContainerSpec(image: "berth/trial:1", command: ["true"])
                spec.labels = labels
                spec.mounts = [Mount(source, at: Self.prefix)]
                _ = try await site.engine.create(spec, named: "berth-test-\(site.account.name)-\(name)")
            }
            #expect(try await site.spawner().buildsInUse() == ["aaaa", "bbbb"])
            for container in try await site.engine.containers(labels: ["\(ServerLabels.installation)=\(site.configuration.state)"]) {
                try await site.engine.remove(container, force: true)
            }
            await site.spawner().sweep()
            #expect(try await site.engine.volumes(labels: ["\(ServerLabels.installation)=\(site.configuration.state)"]).isEmpty)
        }
    }

    @Test func letsGoOfABuildThatCanNotBeMounted() async throws {
        try await Site.run { site in
            let mount = EnvironmentMount(
                name: "mine", hash: "0123456789abcdef", hostPath: site.folder + "/none", containerPath: Self.prefix, jupyter: .kernel,
                variables: [:])
            site.environments.withLock { $0["mine"] = mount }
            await #expect(throws: LauncherError.self) { try await site.start(site.spawner(), environment: "mine") }
            #expect(site.released.withLock { $0 } == [0])
        }
    }

    @Test func saysThatThereIsNoSuchEnvironment() async throws {
        try await Site.run { site in
            let error = await #expect(throws: LauncherError.self) { try await site.start(site.spawner(), environment: "none") }
            #expect(error?.kind == .notFound)
        }
    }
}
