import Docker
import LauncherProtocol

extension LauncherError {
    /// What an engine's error means for the person who waits.
    init(_ error: DockerError) {
        switch error {
        case .unreachable, .tooOld, .cancelled, .unreadable: self.init(.unavailable, error.phrase)
        case .imageMissing, .pullFailed: self.init(.failed, error.phrase, cause: .imageMissing)
        case .notFound: self.init(.notFound, error.phrase)
        case .conflict: self.init(.conflict, error.phrase)
        case .failed(_, let message):
            // What the engine says here it says of a container that it could not start.
            let reason = ExitReason(exitCode: -1, isOutOfMemory: false, engineError: message, image: "", environment: "", log: [])
            self.init(.failed, reason.cause == nil ? error.phrase : reason.text, cause: reason.cause)
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
