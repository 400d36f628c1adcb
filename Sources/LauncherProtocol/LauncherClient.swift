import Foundation
import Secrets
import Synchronization
import UnixSockets

/// The caller's end of the launcher's socket.
///
/// Connects when first used, and again after the launcher was restarted: calls under way
/// then fail with ``LauncherError/Kind/unavailable``, the next one finds the new launcher.
public final class LauncherClient: LauncherCalling {
    private let path: String
    private let state = Mutex(State())

    /// - Parameter path: the launcher's socket.
    public init(path: String) { self.path = path }

    private struct State {
        var connection: FrameConnection?
        var next: UInt64 = 1
        var pending: [UInt64: Pending] = [:]
    }

    private struct Pending: Sendable {
        let connection: FrameConnection
        let progress: @Sendable (Data) -> Void
        let finish: @Sendable (Result<Data, LauncherError>) -> Void
    }

    public func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        guard let body = try? JSONEncoder().encode(call) else {
            throw LauncherError(.invalid, "The arguments of \(Call.name) could not be written.")
        }
        let id = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        let result: Result<Data, LauncherError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(id, of: Call.self, body: body, secrets: secrets) { data in
                    if let step = try? JSONDecoder().decode(Call.Progress.self, from: data) { progress(step) }
                } finish: {
                    continuation.resume(returning: $0)
                }
            }
        } onCancel: {
            cancel(id, waits: Call.isLasting)
        }
        let data = try result.get()
        guard let outcome = try? JSONDecoder().decode(Call.Outcome.self, from: data) else {
            throw LauncherError(
                .unavailable,
                "The launcher's answer to \(Call.name) was not understood; the two halves are of different versions. Restart both.")
        }
        return outcome
    }

    private func begin<Call: LauncherCall>(
        _ id: UInt64, of call: Call.Type, body: Data, secrets: [Secret],
        progress: @escaping @Sendable (Data) -> Void,
        finish: @escaping @Sendable (Result<Data, LauncherError>) -> Void
    ) {
        let connection: FrameConnection
        do throws(SystemCallError) {
            connection = try state.withLock { state throws(SystemCallError) in
                let connection = if let open = state.connection { open } else { try connect() }
                state.connection = connection
                state.pending[id] = Pending(connection: connection, progress: progress, finish: finish)
                return connection
            }
        } catch {
            return finish(
                .failure(
                    LauncherError(
                        .unavailable,
                        "Berth's launcher does not answer (\(error)). An administrator can start it with “systemctl start berth-launcher” or “berth run”."
                    )))
        }
        connection.send(Frame(head: .init(call: id, kind: .call, name: Call.name), body: body, secrets: secrets))
        if Task.isCancelled { cancel(id, waits: Call.isLasting) }
    }

    /// - Parameter waits: Whether the launcher's answer is waited for all the same.
    private func cancel(_ id: UInt64, waits: Bool) {
        let pending = state.withLock { waits ? $0.pending[id] : $0.pending.removeValue(forKey: id) }
        pending?.connection.send(Frame(head: .init(call: id, kind: .cancel)))
        if waits { return }
        pending?.finish(.failure(LauncherError(.unavailable, "The request was given up.")))
    }

    private func connect() throws(SystemCallError) -> FrameConnection {
        let connection = FrameConnection(try connectToUnixSocket(at: path))
        connection.startReading(name: "launcher-client") { [weak self] frame in
            self?.receive(frame)
        } ended: { [weak self, weak connection] _ in
            guard let connection else { return }
            self?.drop(connection)
        }
        return connection
    }

    private func receive(_ frame: Frame) {
        let id = frame.head.call
        switch frame.head.kind {
        case .progress:
            state.withLock { $0.pending[id] }?.progress(frame.body)
        case .outcome:
            state.withLock { $0.pending.removeValue(forKey: id) }?.finish(.success(frame.body))
        case .failure:
            let error = try? JSONDecoder().decode(LauncherError.self, from: frame.body)
            state.withLock { $0.pending.removeValue(forKey: id) }?
                .finish(.failure(error ?? LauncherError(.failed, "The launcher failed without a reason it could name.")))
        case .call, .cancel:
            break
        }
    }

    private func drop(_ connection: FrameConnection) {
        let abandoned = state.withLock { state in
            if state.connection === connection { state.connection = nil }
            let abandoned = state.pending.filter { $0.value.connection === connection }
            for id in abandoned.keys { state.pending[id] = nil }
            return Array(abandoned.values)
        }
        for call in abandoned {
            call.finish(.failure(LauncherError(.unavailable, "The launcher was restarted while it worked on this. Try again.")))
        }
    }
}
