import Phrases

/// Why the engine did not do what it was asked to.
public enum DockerError: PhrasedError, Sendable, Equatable {
    /// Nobody answers on the socket.
    case unreachable(socket: String, reason: String)
    /// The engine is older than the API version that is needed.
    case tooOld(version: String, needed: String)
    /// The image is not on this host.
    case imageMissing(String)
    /// The image could not be fetched.
    case pullFailed(image: String, reason: String)
    /// There is no such container, network or volume (404), in the engine's words.
    case notFound(String)
    /// The name is taken or the state does not allow it (409), in the engine's words.
    case conflict(String)
    /// The engine refused or failed (other 4xx and 5xx), in its words.
    case failed(status: Int, message: String)
    /// The engine answered something that can't be read.
    case unreadable(what: String)
    /// The caller gave it up.
    case cancelled

    public var phrase: Phrase {
        switch self {
        case .unreachable(let socket, let reason):
            "No engine answers on \(socket) (\(reason)). Start Docker (systemctl start docker), or set engine.socket in the configuration."
        case .tooOld(let version, let needed):
            "The engine speaks API version \(version); Berth needs \(needed) or newer. Update the engine."
        case .imageMissing(let image):
            "The image “\(image)” is not on this host. Fetch it (docker pull \(image)), or name another image in the profile."
        case .pullFailed(let image, let reason):
            "The image “\(image)” could not be fetched: \(reason). Check its name and tag, and that this host reaches the registry."
        case .notFound(let message): "The engine does not know it: \(message)"
        case .conflict(let message): "The engine is at odds: \(message)"
        case .failed(let status, let message): "The engine could not do it (status \(status)): \(message)"
        case .unreadable(let what): "The engine's answer to \(what) can't be read. Is the socket really an engine's?"
        case .cancelled: "Cancelled."
        }
    }
}
