import Synchronization

/// A container of the solver that was started before anybody asked. It serves one request, and ends.
final class WaitingSolver: Sendable {
    /// What its container is called by, in labels and logs.
    static let purpose = "ready-solve"

    let staging: Staging
    /// What the builder's image was when it was started; nil where the engine did not say.
    let image: String?
    private let bell: Bell
    private let mounts: MountSources
    private let listener: Listener
    private let running: Task<Result<BuildExit, BuildContainerError>, Never>

    /// Starts it.
    ///
    /// - Parameters:
    ///   - steps: In a staging directory of its own, which goes with the container, and with a deadline for waiting and work.
    ///   - bell: At ``Staging/bell``.
    ///   - mounts: What the administrator's mounts came from before.
    ///   - image: What the builder's image was before.
    init(_ steps: BuildSteps, _ bell: Bell, mounts: MountSources, image: String?) {
        let (listener, staging) = (Listener(), steps.staging)
        let job = steps.jobOnChannels("solve", purpose: Self.purpose)
        running = Task {
            let result: Result<BuildExit, BuildContainerError>
            do throws(BuildContainerError) {
                result = .success(try await steps.containers.run(job) { listener.tell($0) })
            } catch { result = .failure(error) }
            try? await offPool { staging.remove() }
            return result
        }
        (self.staging, self.image, self.bell, self.mounts, self.listener) = (staging, image, bell, mounts, listener)
    }

    /// Has it do what is written in its staging directory, as ``BuildContainers/run(_:onLine:)`` would.
    ///
    /// - Parameter time: After which it is ended.
    func serve(
        within time: Duration, onLine: @escaping @Sendable (BuildLine) -> Void
    ) async throws(BuildContainerError) -> BuildExit {
        listener.listen(onLine)
        bell.ring()
        let (result, isLate) = await running.value(within: time)
        switch result {
        case .success(let exit): return exit
        case .failure where isLate: return BuildExit(status: 137, timedOut: true)
        case .failure(let error): throw error
        }
    }

    /// Whether anything was heard of it since it was asked to serve.
    var hasSpoken: Bool { listener.hasHeard }

    /// Whether what it has mounted is still what an administrator has put there.
    var isUpToDate: Bool { get async { (try? await offPool { [mounts] in mounts.areUnchanged }) ?? false } }

    /// Ends it, wherever it is.
    func end() { running.cancel() }

    /// Waits until it has ended and nothing of it is left.
    func ended() async { _ = await running.value }

    private final class Listener: Sendable {
        private let state = Mutex<(onLine: (@Sendable (BuildLine) -> Void)?, hasHeard: Bool)>((nil, false))

        var hasHeard: Bool { state.withLock(\.hasHeard) }

        func listen(_ onLine: @escaping @Sendable (BuildLine) -> Void) { state.withLock { $0.onLine = onLine } }

        func tell(_ line: BuildLine) {
            let onLine = state.withLock { state in
                state.hasHeard = state.onLine != nil
                return state.onLine
            }
            onLine?(line)
        }
    }
}
