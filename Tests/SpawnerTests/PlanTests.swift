import Configuration
import Docker
import Foundation
import LauncherProtocol
import Testing

@testable import Spawner

/// Account, profile, environment and configuration in; a container's specification out.
@Suite struct PlanTests {
    private static let account = Account(
        name: "a.b c", uid: 1234, gid: 100, groups: [.init(name: "users", gid: 100), .init(name: "gpu", gid: 44)],
        fullName: "Ada: B\nC", home: "/home/a", shell: "/bin/zsh")

    private func plan(_ name: String = "", _ change: (inout BerthConfiguration) -> Void = { _ in }, environment: EnvironmentMount? = nil)
        -> ContainerPlan
    {
        var configuration = BerthConfiguration()
        change(&configuration)
        let id = ServerID(owner: "a.b c", name: name)
        return ContainerPlan(
            id: id, account: Self.account, profile: configuration.profiles[0], environment: environment, configuration: configuration,
            directory: ServerDirectory(runtime: "/run/berth", id: id, uid: 1234), home: "/export/a")
    }

    @Test func isTheAccountAndNobodyElse() {
        let spec = plan().spec(secret: "s")
        #expect(spec.user == "1234:100")
        #expect(spec.groups == [44])
        #expect(spec.capabilities == [])
        #expect(spec.workingDirectory == "/home/a")
        #expect(spec.entrypoint == ["/bin/sh", "/opt/berth/server/start"])
        #expect(spec.environment["BERTH_SECRET"] == "s")
        #expect(spec.environment["HOME"] == "/home/a")
        #expect(spec.environment["JUPYTERHUB_SERVICE_PREFIX"] == "/user/a.b%20c/")
        #expect(spec.environment["JUPYTERHUB_USER"] == "a.b c")
        #expect(spec.environment["PYTHONNOUSERSITE"] == "1")
        #expect(spec.environment["MEM_LIMIT"] == nil)
    }

    @Test func mountsWhatItNeedsAndNoMore() {
        let environment = EnvironmentMount(
            name: "e", hash: "h", hostPath: "/store/h", containerPath: "/opt/berth/env", jupyter: .server, variables: [:])
        let spec = plan({ $0.shared = [SharedDirectory(source: "/srv/d", target: "/data", readOnly: true)] }, environment: environment)
            .spec(secret: "s")
        let server = "/run/berth/servers/1234"
        #expect(
            spec.mounts == [
                Mount(.host("/export/a"), at: "/home/a"),
                Mount(.host(server + "/socket"), at: "/run/berth"),
                Mount(.host(server + "/files"), at: "/opt/berth/server", readOnly: true),
                Mount(.host(server + "/files/passwd"), at: "/etc/passwd", readOnly: true),
                Mount(.host(server + "/files/group"), at: "/etc/group", readOnly: true),
                Mount(.memory(uid: 1234, gid: 100, mode: 0o700, size: nil), at: "/run/user/1234"),
                Mount(.host("/srv/d"), at: "/data", readOnly: true),
                Mount(.host("/store/h"), at: "/opt/berth/env", readOnly: true),
            ])
    }

    @Test func aLayerLiesOverTheBuildAndIsSharedByTheServersOfOnePerson() throws {
        let environment = EnvironmentMount(
            name: "e", hash: "h", hostPath: "/store/h", containerPath: "/opt/berth/env", jupyter: .server, variables: [:],
            layer: .init(upper: "/layers/u", work: "/layers/w"))
        func overlay(_ plan: ContainerPlan) -> Mount? { plan.spec(secret: "s").mounts.first { $0.target == "/opt/berth/env" } }
        let mount = try #require(overlay(plan({ _ in }, environment: environment)))
        guard case .mounted(let volume, let options, _) = mount.source else {
            Issue.record("The build is mounted as \(mount.source)")
            return
        }
        #expect(options["o"] == "lowerdir=/store/h,upperdir=/layers/u,workdir=/layers/w")
        #expect(volume.hasPrefix("berth-layer-1234-"))
        #expect(!mount.readOnly)
        #expect(overlay(plan("second", environment: environment)) == mount)
        // The engine keeps a volume's options for good, so another build below is another volume.
        let other = EnvironmentMount(
            name: "e", hash: "h", hostPath: "/elsewhere/h", containerPath: "/opt/berth/env", jupyter: .server, variables: [:],
            layer: .init(upper: "/layers/u", work: "/layers/w"))
        let moved = try #require(overlay(plan({ _ in }, environment: other)))
        guard case .mounted(let second, _, _) = moved.source else {
            Issue.record("The build is mounted as \(moved.source)")
            return
        }
        #expect(second != volume)
    }

    private func plan(_ change: (inout BerthConfiguration) -> Void, environment: EnvironmentMount?) -> ContainerPlan {
        plan("", change, environment: environment)
    }

    @Test func hasTheProfilesLimits() {
        let spec = plan(
            "",
            {
                $0.profiles[0].cpus = 2.5
                $0.profiles[0].memory = 8 << 30
                $0.profiles[0].variables = ["A": "profile", "HOME": "/elsewhere"]
                $0.engine.variables = ["A": "engine", "B": "engine"]
            }
        ).spec(secret: "s")
        #expect(spec.cpus == 2.5 && spec.memory == 8 << 30 && spec.pids == 4096 && spec.sharedMemory == 1 << 30)
        #expect(spec.logSize == 10 << 20)
        #expect(spec.environment["MEM_LIMIT"] == String(8 << 30) && spec.environment["CPU_LIMIT"] == "2.5")
        #expect(spec.environment["A"] == "profile" && spec.environment["B"] == "engine")
        // A profile can't take the account's identity away.
        #expect(spec.environment["HOME"] == "/home/a")
    }

    @Test func onlyAServerThatAsksTheHubSeesAWayThere() {
        let plain = plan().spec(secret: "s", apiToken: "t")
        #expect(plain.environment["BERTH_SINGLEUSER"] == "" && !plain.environment.keys.contains { $0.hasPrefix("JUPYTERHUB_API") })
        #expect(!plain.mounts.contains { $0.target == "/run/berth-api" })
        let plan = plan("lab") { $0.profiles[0].server = .singleuser }
        let spec = plan.spec(secret: "s", apiToken: "t")
        #expect(spec.mounts.contains(Mount(.host("/run/berth/api"), at: "/run/berth-api", readOnly: true)))
        let expected = [
            "BERTH_SINGLEUSER": "1", "JUPYTERHUB_API_TOKEN": "t", "JUPYTERHUB_API_URL": "http+unix://%2Frun%2Fberth-api%2Fhub.sock/hub/api",
            "JUPYTERHUB_ACTIVITY_URL": "http+unix://%2Frun%2Fberth-api%2Fhub.sock/hub/api/users/a.b%20c/activity",
            "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-a.b%20c-lab", "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/a.b%20c/lab/oauth_callback",
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": #"["access:servers!server=a.b c/lab","access:servers!user=a.b c"]"#,
            "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8888/user/a.b%20c/lab/", "JUPYTERHUB_SERVER_NAME": "lab",
        ]
        for (name, value) in expected { #expect(spec.environment[name] == value) }
        #expect(plan.files.contents["jupyter/jupyter_server_config.py"]?.contains("class HubIdentity") == true)
    }

    @Test func hasWhatItWasGrantedAndItsLabelsSaySo() throws {
        var plan = plan()
        #expect(plan.spec(secret: "s").gpus == nil)
        let grants = [
            GPUGrant(devices: ["GPU-1", "MIG-2"], isShared: false), GPUGrant(devices: ["GPU-1"], isShared: true),
            GPUGrant(devices: nil, isShared: true),
        ]
        for grant in grants {
            plan.needs = ServerNeeds(memory: 1 << 30, cpus: 1.5, gpus: grant, limit: "students")
            let spec = plan.spec(secret: "s")
            #expect(spec.gpus == grant.devices.map { .devices($0) } ?? .all)
            #expect(ServerNeeds(labels: spec.labels) == plan.needs)
        }
        plan.needs = ServerNeeds()
        #expect(ServerNeeds(labels: plan.spec(secret: "s").labels) == ServerNeeds())
    }

    @Test func isFoundAgainByItsLabels() throws {
        let spec = plan("lab").spec(secret: "s")
        #expect(spec.labels["org.berth.installation"] == "/var/lib/berth")
        let labels = try #require(ServerLabels(spec.labels))
        #expect(labels.id == ServerID(owner: "a.b c", name: "lab") && labels.uid == 1234 && labels.profile == "default")
        #expect(ServerLabels([:]) == nil)
        #expect(spec.environment["JUPYTERHUB_SERVICE_PREFIX"] == "/user/a.b%20c/lab/")
    }

    @Test func theHashIsThatOfThePlanAndNotOfTheSecret() {
        let one = plan().spec(secret: "1").labels["org.berth.configuration"]
        #expect(one?.count == 16)
        #expect(one == plan().spec(secret: "2").labels["org.berth.configuration"])
        #expect(one != plan("", { $0.profiles[0].pids = 1 }).spec(secret: "1").labels["org.berth.configuration"])
    }

    @Test func knowsItsUserAndGroups() throws {
        #expect(
            UserDatabase.passwd(Self.account) == """
                root:x:0:0:root:/root:/bin/sh
                a.b c:x:1234:100:Ada BC:/home/a:/bin/zsh
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

                """)
        #expect(
            UserDatabase.group(Self.account) == """
                root:x:0:
                users:x:100:
                gpu:x:44:a.b c
                tty:x:5:
                nogroup:x:65534:

                """)
    }

    @Test(arguments: ["start", "activated", "activate"]) func scriptsAreForAnyShell(name: String) throws {
        let environment = EnvironmentMount(
            name: "e'f", hash: "h", hostPath: "/s", containerPath: "/opt/berth/env", jupyter: .kernel, variables: ["A": "'"])
        let files = ServerFiles(id: ServerID(owner: "a"), account: Self.account, environment: environment).contents
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try files[name]?.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        #expect(try Site.shell("dash -n \(path) 2>&1; bash -n \(path) 2>&1") == "")
        if name == "activate" { #expect(try Site.shell(". \(path); echo \"$A $CONDA_DEFAULT_ENV\"") == "' e'f") }
    }

    @Test func profilesAreForGroups() throws {
        var configuration = BerthConfiguration()
        var gpu = ProfileConfiguration()
        (gpu.name, gpu.groups) = ("big", ["gpu"])
        var other = ProfileConfiguration()
        (other.name, other.groups) = ("other", ["others"])
        configuration.profiles = [other, gpu]
        let profiles = Profiles(configuration)
        #expect(profiles.summaries(for: Self.account).map(\.name) == ["big"])
        #expect(try profiles.choose(nil, for: Self.account).name == "big")
        let error = #expect(throws: LauncherError.self) { try profiles.choose("other", for: Self.account) }
        #expect(error?.kind == .refused && error?.message.english.contains("“big”") == true)
    }
}
