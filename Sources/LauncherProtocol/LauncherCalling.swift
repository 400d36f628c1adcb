import Secrets

/// Something that takes launcher calls: the launcher behind its socket, or a fake one in a test.
public protocol LauncherCalling: Sendable {
    /// Makes `call` and waits for its outcome. `secrets` travel beside the call and are
    /// wiped on both ends; `progress` is called in order, on no particular thread.
    /// Cancelling the task abandons the call on the launcher's side too.
    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome
}

extension LauncherCalling {
    /// Makes `call` without secrets, ignoring what it reports on the way.
    public func call<Call: LauncherCall>(_ call: Call) async throws(LauncherError) -> Call.Outcome {
        try await self.call(call, secrets: [], progress: { _ in })
    }

    /// Makes `call` without secrets.
    public func call<Call: LauncherCall>(
        _ call: Call, progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        try await self.call(call, secrets: [], progress: progress)
    }
}
