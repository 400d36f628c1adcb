import Docker
import Foundation
import Store

/// The store's containers on the engine.
struct BuildContainersOnDocker: BuildContainers {
    private static let purpose = "org.berth.build"
    private static let installation = "org.berth.build.installation"
    private let engine: Engine
    private let state: String

    /// - Parameter state: the state directory, which tells this installation's containers from another's on the same
    ///   engine.
    init(_ engine: Engine, state: String) {
        self.engine = engine
        self.state = state
    }

    func run(
        _ job: BuildJob, onLine: @escaping @Sendable (BuildLine) -> Void
    ) async throws(BuildContainerError) -> BuildExit {
        let spec = spec(of: job)
        let running = Task { () async -> Result<ContainerExit, DockerError> in
            do throws(DockerError) {
                let name = "berth-\(job.purpose)-\(UUID().uuidString.lowercased())"
                return .success(
                    try await engine.run(spec, named: name) { line in
                        onLine(BuildLine(line.source == .error ? .error : .output, line.text))
                    })
            } catch {
                return .failure(error)
            }
        }
        let (outcome, isLate) = await running.value(within: .seconds(job.timeout))
        switch outcome {
        case .success(let exit): return BuildExit(status: exit.code, outOfMemory: exit.isOutOfMemory)
        case .failure(.cancelled) where isLate: return BuildExit(status: 137, timedOut: true)
        case .failure(.imageMissing(let image)):
            throw BuildContainerError(
                "The builder's image “\(image)” is not on this host. An administrator can make it with config/images/build.sh, or name another in “environments.builder_image”."
            )
        case .failure(let error): throw BuildContainerError(error.description)
        }
    }

    func identity(ofImage name: String) async -> String? { try? await engine.imageDetails(name)?.id }

    func removeLeftovers() async {
        // Where the engine is down there is nothing to remove now, and its restart ends them.
        for container in (try? await engine.containers(labels: ["\(Self.installation)=\(state)"])) ?? [] {
            try? await engine.remove(container, force: true)
        }
    }

    private func spec(of job: BuildJob) -> ContainerSpec {
        var spec = ContainerSpec(image: job.image, command: job.command)
        spec.entrypoint = []
        spec.user = "\(job.uid):\(job.uid)"
        spec.environment = job.variables
        spec.labels = [Self.purpose: job.purpose, Self.installation: state]
        spec.network = job.network ?? "none"
        spec.memory = job.memory
        spec.cpus = job.cpus
        spec.pids = job.pids
        spec.hasReadOnlyRoot = true
        spec.mounts = job.mounts.map { Mount(.host($0.source), at: $0.target, readOnly: $0.readOnly) }
        spec.mounts.append(Mount(.memory(uid: job.uid, gid: job.uid, mode: 0o700, size: 64 << 20), at: "/tmp"))
        return spec
    }
}
