import Foundation
import Store
import Synchronization

/// Runs the builder's containers by the `docker` command.
struct DockerCommand: BuildContainers {
    func run(
        _ job: BuildJob, onLine: @escaping @Sendable (BuildLine) -> Void
    ) async throws(BuildContainerError) -> BuildExit {
        let name = "berth-store-test-" + UUID().uuidString.lowercased()
        var arguments = [
            "create", "--name", name, "--label", "org.berth.build=\(job.purpose)", "--user", "\(job.uid):\(job.uid)", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges", "--read-only", "--tmpfs", "/tmp", "--init",
            "--network", job.network ?? "none", "--pids-limit", "\(job.pids)",
        ]
        if let memory = job.memory { arguments += ["--memory", "\(memory)", "--memory-swap", "\(memory)"] }
        if let cpus = job.cpus { arguments += ["--cpus", "\(cpus)"] }
        for mount in job.mounts {
            arguments += ["--volume", "\(mount.source):\(mount.target)" + (mount.readOnly ? ":ro" : "")]
        }
        for (key, value) in job.variables { arguments += ["--env", "\(key)=\(value)"] }
        arguments += [job.image] + job.command

        let isCancelled = Mutex(false)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let arguments = arguments
                Thread.detachNewThread {
                    let made = Bench.docker(arguments)
                    guard made.status == 0, !isCancelled.withLock({ $0 }) else {
                        onLine(BuildLine(.error, made.text))
                        return continuation.resume(returning: (status: Int32(125), timedOut: false))
                    }
                    continuation.resume(
                        returning: Self.wait(["docker", "start", "--attach", name], timeout: job.timeout, name, onLine))
                }
            }
        } onCancel: {
            isCancelled.withLock { $0 = true }
            // Where it is not yet made, it is never started.
            Thread.detachNewThread { _ = Bench.docker("rm", "--force", name) }
        }
        let oom = Bench.docker("inspect", "--format", "{{.State.OOMKilled}}", name).text.hasPrefix("true")
        _ = Bench.docker("rm", "--force", name)
        guard !isCancelled.withLock({ $0 }) else { throw BuildContainerError("It was cancelled.") }
        return BuildExit(status: Int(outcome.status), outOfMemory: oom, timedOut: outcome.timedOut)
    }

    func identity(ofImage name: String) async -> String? {
        let found = Bench.docker("image", "inspect", "--format", "{{.Id}}", name)
        return found.status == 0 ? found.text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
    }

    /// The containers of these tests end with the tests.
    func removeLeftovers() async {}

    private static func wait(
        _ arguments: [String], timeout: Double, _ name: String, _ onLine: @escaping @Sendable (BuildLine) -> Void
    ) -> (status: Int32, timedOut: Bool) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        do { try process.run() } catch { return (127, false) }
        let timedOut = Mutex(false)
        let killer = DispatchWorkItem {
            timedOut.withLock { $0 = true }
            _ = Bench.docker("kill", name)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + timeout, execute: killer)
        let group = DispatchGroup()
        for (pipe, stream) in [(output, BuildLine.Stream.output), (error, .error)] {
            group.enter()
            Thread.detachNewThread {
                var rest = Data()
                while let chunk = try? pipe.fileHandleForReading.read(upToCount: 65_536), !chunk.isEmpty {
                    rest.append(chunk)
                    while let end = rest.firstIndex(of: 10) {
                        onLine(BuildLine(stream, String(decoding: rest[..<end], as: UTF8.self)))
                        rest = Data(rest[(end + 1)...])
                    }
                }
                group.leave()
            }
        }
        process.waitUntilExit()
        group.wait()
        killer.cancel()
        return (process.terminationStatus, timedOut.withLock { $0 })
    }
}

/// Notes what was run, and can make a step fail as a crash would: after its container did its work.
final class CountingContainers: BuildContainers {
    private let containers: any BuildContainers
    private let state = Mutex(State())

    private struct State {
        var begun: [BuildJob] = []
        var ended: [String] = []
        var broken: String?
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    init(_ containers: any BuildContainers) { self.containers = containers }

    var purposes: [String] { state.withLock { $0.begun.map(\.purpose) } }

    func forget() { state.withLock { $0.begun = [] } }

    /// Waits until so many containers with this purpose have begun; gives the last of them.
    func begun(_ count: Int, _ purpose: String) async -> BuildJob {
        await first { state in
            let jobs = state.begun.filter { $0.purpose == purpose }
            return jobs.count >= count ? jobs[count - 1] : nil
        }
    }

    /// Waits until so many containers with this purpose have ended.
    func ended(_ count: Int, _ purpose: String) async {
        await first { $0.ended.count { $0 == purpose } >= count ? () : nil }
    }

    /// The first that `look` finds.
    private func first<Value: Sendable>(_ look: @Sendable (State) -> Value?) async -> Value {
        while true {
            if let value = state.withLock({ look($0) }) { return value }
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if look(state) != nil { return true }
                    state.watchers.append(continuation)
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    private func note(_ change: (inout State) -> Void) {
        let watchers = state.withLock { state in
            change(&state)
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.resume() }
    }

    /// From now on the engine is lost when a step with this purpose ends.
    func breakAfter(_ purpose: String?) { state.withLock { $0.broken = purpose } }

    func identity(ofImage name: String) async -> String? { await containers.identity(ofImage: name) }

    func removeLeftovers() async { await containers.removeLeftovers() }

    func run(
        _ job: BuildJob, onLine: @escaping @Sendable (BuildLine) -> Void
    ) async throws(BuildContainerError) -> BuildExit {
        note { $0.begun.append(job) }
        defer { note { $0.ended.append(job.purpose) } }
        let exit = try await containers.run(job, onLine: onLine)
        if state.withLock({ $0.broken == job.purpose }) { throw BuildContainerError("The engine went away.") }
        return exit
    }
}
