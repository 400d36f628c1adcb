/// The GPUs that a server was given, as its labels keep them.
struct GPUGrant: Sendable, Equatable {
    /// By UUID; nil for all that the engine finds, where Berth does not know which there are.
    let devices: [String]?
    /// Whether others may have them too.
    let isShared: Bool
}

/// A grant of a server that runs, or is about to.
struct GPUHolding: Sendable, Equatable {
    /// `OWNER` or `OWNER/SERVER`, for people.
    let holder: String
    let grant: GPUGrant
}
