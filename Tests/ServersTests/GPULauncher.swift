import Foundation
import LauncherProtocol
import Secrets
import Synchronization

/// A fake launcher with a few GPUs and a profile that takes one; its servers never answer.
final class GPULauncher: LauncherCalling {
    private struct State {
        var free: [String]
        var held: [ServerID: String] = [:]
        var served: [String] = []
    }

    private let gpus: [String]
    private let state: Mutex<State>
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("g\(UInt32.random(in: 0 ... .max))").path

    init(gpus: [String]) {
        self.gpus = gpus
        state = Mutex(State(free: gpus))
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Whose servers were started, in order.
    var served: [String] { state.withLock(\.served) }

    /// Takes a server's GPU back.
    func free(_ id: ServerID) {
        state.withLock { state in
            if let gpu = state.held.removeValue(forKey: id) { state.free.append(gpu) }
        }
    }

    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        let outcome: any Sendable
        switch call {
        case let call as StartServer:
            let isServed = state.withLock { state in
                guard call.profile == "gpu" else { return true }
                guard let gpu = state.free.popLast() else { return false }
                state.held[call.id] = gpu
                return true
            }
            guard isServed else { throw LauncherError(.exhausted, "No GPU is free.") }
            state.withLock { $0.served.append(call.id.owner) }
            outcome = ServerRecord(
                id: call.id, uid: 1, container: "c-\(call.id.owner)", socketDirectory: directory, socketName: "none", secret: "x",
                profile: call.profile ?? "", environment: nil, started: 1, running: true)
        case let call as StopServer:
            free(call.id)
            outcome = Done()
        case is ListProfiles:
            func profile(_ name: String, _ gpus: [String]) -> ProfileSummary {
                ProfileSummary(
                    name: name, title: name, description: "", image: "i", cpus: nil, memory: nil, gpus: gpus.isEmpty ? nil : "1",
                    gpuDevices: gpus)
            }
            outcome = [profile("cpu", []), profile("gpu", gpus)]
        default: throw LauncherError(.invalid, "The test's launcher does not know \(Call.name).")
        }
        guard let outcome = outcome as? Call.Outcome else { throw LauncherError(.invalid, "wrong outcome") }
        return outcome
    }
}
