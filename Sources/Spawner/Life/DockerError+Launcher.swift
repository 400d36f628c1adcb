import Docker
import LauncherProtocol

extension LauncherError {
    /// What an engine's error means for the person who waits.
    init(_ error: DockerError) {
        switch error {
        case .unreachable, .tooOld, .cancelled, .unreadable: self.init(.unavailable, error.description)
        case .imageMissing, .pullFailed: self.init(.failed, error.description)
        case .notFound: self.init(.notFound, error.description)
        case .conflict: self.init(.conflict, error.description)
        case .failed(_, let message) where message.contains("could not select device driver"):
            self.init(
                .failed,
                "The profile asks for a GPU and the engine has none to give: \(message) Choose a profile without GPU, or have an administrator install the NVIDIA container toolkit."
            )
        case .failed: self.init(.failed, error.description)
        }
    }
}

/// Carries out engine calls whose errors a person will read.
func onEngine<Value: Sendable>(_ work: () async throws(DockerError) -> Value) async throws(LauncherError) -> Value {
    do throws(DockerError) {
        return try await work()
    } catch {
        throw LauncherError(error)
    }
}
