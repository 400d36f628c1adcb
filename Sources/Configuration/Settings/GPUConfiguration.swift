/// The GPUs of this host: `gpus:`.
public struct GPUConfiguration: Sendable, Equatable {
    /// The UUIDs of the GPUs and MIG devices that servers may get, in the order in which they are
    /// given; empty for all that `nvidia-smi` knows.
    public var devices: [String] = []
    /// The command that tells which there are and how they are used; a name in the launcher's `PATH`, or a path.
    public var command = "nvidia-smi"

    public init() {}
}

/// `gpu_sharing:` of a profile.
public enum GPUSharing: String, Sendable, CaseIterable {
    /// A GPU is one server's alone.
    case exclusive
    /// Servers of profiles that share may have the same GPU.
    case shared
}
