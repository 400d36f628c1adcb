import Configuration
import Docker
import Foundation
import LauncherProtocol
import TLS

/// What a server's container is to be: account, profile, environment and configuration in, a
/// container's specification and the files it reads out. No engine, no disk.
struct ContainerPlan {
    let id: ServerID
    let account: Account
    let profile: ProfileConfiguration
    let environment: EnvironmentMount?
    let configuration: BerthConfiguration
    /// The server's directory on this host.
    let directory: ServerDirectory
    /// The account's home directory on this host.
    let home: String
    /// What the server was given; nil while that is not decided.
    var needs: ServerNeeds?

    /// The container's specification. `secret` is what the gateway will prove itself with, `apiToken` what the server
    /// proves itself with where its profile has it ask the API.
    func spec(secret: String, apiToken: String? = nil) -> ContainerSpec {
        var spec = bare
        spec.labels = labels.labels(installation: configuration.state).merging(needs?.labels ?? [:]) { $1 }
        spec.gpus = needs?.gpus.map { grant in grant.devices.map { .devices($0) } ?? .all }
        spec.environment["BERTH_SECRET"] = secret
        if profile.server == .singleuser { spec.environment[HubClient.tokenVariable] = apiToken }
        return spec
    }

    /// The volume that lays the person's layer over the environment's build; nil where it is mounted read-only.
    /// Servers of the same person with the same environment share it: the engine mounts it once.
    var overlay: OverlayVolume? {
        environment.flatMap { OverlayVolume($0, uid: account.uid, installation: configuration.state) }
    }

    /// What the container reads in ``ContainerPaths/server``.
    var files: ServerFiles { ServerFiles(id: id, account: account, environment: environment, server: profile.server) }

    private var labels: ServerLabels {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let plan = (try? encoder.encode(bare)) ?? Data()
        return ServerLabels(
            id: id, uid: account.uid, profile: profile.name, environment: environment?.name ?? "", version: environment?.version ?? "",
            build: environment?.hash ?? "",
            configuration: Digest(sha256: plan).bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    /// Everything that is the same at the next start.
    private var bare: ContainerSpec {
        var spec = ContainerSpec(image: profile.image, command: [])
        spec.entrypoint = ["/bin/sh", ContainerPaths.server + "/start"]
        spec.environment = variables
        spec.user = "\(account.uid):\(account.gid)"
        spec.groups = account.groups.map(\.gid).filter { $0 != account.gid }
        spec.workingDirectory = account.home
        spec.hostname = hostname
        spec.mounts = mounts
        spec.network = configuration.engine.network
        spec.sharedMemory = profile.sharedMemory
        spec.memory = profile.memory
        spec.cpus = profile.cpus
        spec.pids = profile.pids
        spec.logSize = configuration.engine.logSize
        spec.stopTimeout = 10
        return spec
    }

    private var mounts: [Mount] {
        var mounts = [
            Mount(.host(home), at: account.home),
            Mount(.host(directory.socket), at: ContainerPaths.socketDirectory),
            Mount(.host(directory.files), at: ContainerPaths.server, readOnly: true),
            Mount(.host(directory.files + "/passwd"), at: "/etc/passwd", readOnly: true),
            Mount(.host(directory.files + "/group"), at: "/etc/group", readOnly: true),
            Mount(.memory(uid: account.uid, gid: account.gid, mode: 0o700, size: nil), at: ContainerPaths.runtime(account.uid)),
        ]
        if profile.server == .singleuser {
            mounts.append(Mount(.host(configuration.apiDirectory), at: ContainerPaths.api, readOnly: true))
        }
        mounts += configuration.shared.map { Mount(.host($0.source), at: $0.target, readOnly: $0.readOnly) }
        if let environment {
            mounts.append(
                overlay.map { Mount($0.source, at: environment.containerPath) }
                    ?? Mount(.host(environment.hostPath), at: environment.containerPath, readOnly: true))
        }
        return mounts
    }

    private var variables: [String: String] {
        var variables = configuration.engine.variables.merging(profile.variables) { $1 }
        let runtime = ContainerPaths.runtime(account.uid)
        variables.merge([
            "HOME": account.home, "USER": account.name, "LOGNAME": account.name, "SHELL": account.shell,
            "XDG_RUNTIME_DIR": runtime, "JUPYTER_RUNTIME_DIR": runtime + "/jupyter",
            // pip would install there and every environment of the same Python would see it.
            "PYTHONNOUSERSITE": "1",
            // What libraries look for to find their own address behind the proxy, and the limits.
            "JUPYTERHUB_USER": id.owner, "JUPYTERHUB_SERVER_NAME": id.name,
            "JUPYTERHUB_SERVICE_PREFIX": id.basePath, "JUPYTERHUB_BASE_URL": "/",
            "BERTH_FULL_NAME": account.fullName,
            // Always said, whatever an image says of itself.
            HubClient.mark: profile.server == .singleuser ? "1" : "",
        ]) { $1 }
        if profile.server == .singleuser { variables.merge(HubClient(id: id, account: account).variables) { $1 } }
        if let memory = profile.memory { variables["MEM_LIMIT"] = String(memory) }
        if let cpus = profile.cpus { variables["CPU_LIMIT"] = String(cpus) }
        return variables
    }

    /// What the shell's prompt shows after the @.
    private var hostname: String {
        let letters = profile.name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let name = String(letters).split(separator: "-").joined(separator: "-").prefix(63)
        return name.isEmpty ? "berth" : String(name)
    }
}
