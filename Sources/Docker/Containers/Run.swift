import Foundation

/// How a container ended.
public struct ContainerExit: Sendable, Equatable {
    public let code: Int
    /// Whether the kernel killed it for want of memory.
    public let isOutOfMemory: Bool

    public init(code: Int, isOutOfMemory: Bool) {
        self.code = code
        self.isOutOfMemory = isOutOfMemory
    }
}

extension Engine {
    /// Runs a container to its end and removes it.
    ///
    /// ```swift
    /// var spec = ContainerSpec(image: "berth/builder:1", command: ["python3", "/work/solve.py"])
    /// spec.user = "64101:64101"
    /// spec.mounts = [Mount(.host("/var/lib/berth/store/work/1"), at: "/work")]
    /// let exit = try await engine.run(spec, named: "berth-build-1") { line in log(line.text) }
    /// ```
    /// Where the task is cancelled, the container is killed and removed before this throws
    /// ``DockerError/cancelled``. Lines come in order, one at a time.
    public func run(
        _ spec: ContainerSpec, named name: String, onOutput: @escaping @Sendable (OutputLine) -> Void
    ) async throws(DockerError) -> ContainerExit {
        // Not cancelled half-way: the engine might have made it, and nobody would know.
        let creation = Task { () async -> Result<String, DockerError> in
            do throws(DockerError) { return .success(try await create(spec, named: name)) } catch { return .failure(error) }
        }
        let container = try await creation.value.get()
        let outcome: Result<ContainerExit, DockerError>
        do throws(DockerError) {
            outcome = .success(try await watch(container, onOutput))
        } catch {
            outcome = .failure(error)
        }
        // A cancelled task can make no more calls, but this one has to be made.
        let removal = Task { () async in
            do {
                try await remove(container, force: true)
            } catch {
                logger.warning("A container is left behind", metadata: ["container": "\(name)", "reason": "\(error)"])
            }
        }
        await removal.value
        return try outcome.get()
    }

    private func watch(_ container: String, _ onOutput: @Sendable (OutputLine) -> Void) async throws(DockerError) -> ContainerExit {
        // Attached before it starts, as `docker run` does: the log's followers may miss the last lines.
        let output = try await attach(to: container)
        let beginning = Date().timeIntervalSince1970
        try await start(container)
        try await readFrames(of: output, onLine: onOutput)
        let code = try await wait(for: container)
        return ContainerExit(code: code, isOutOfMemory: try await ranOutOfMemory(container, exitCode: code, since: beginning))
    }
}
