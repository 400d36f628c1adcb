/// One entry of `profiles:`.
public struct ProfileConfiguration: Sendable, Equatable {
    public var name = "default"
    /// The name for people; nil for ``name``.
    public var title: String?
    public var description = ""
    public var image = "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime"
    /// Cores.
    public var cpus: Double?
    /// Bytes.
    public var memory: Int?
    /// Bytes of `/dev/shm`; the engine's own default of 64 MB kills PyTorch's data loaders.
    public var sharedMemory = 1 << 30
    public var pids = 4096
    public var server = ServerProgram.jupyter
    public var gpus = GPURequest.none
    /// Nil: see ``sharesGPUs``.
    public var gpuSharing: GPUSharing?
    /// Environment variables for servers of this profile.
    public var variables: [String: String] = [:]
    /// Members of one of these may use it; empty for everybody.
    public var groups: [String] = []
    public var cull = CullOverride()

    public init() {}
}

/// `server:` of a profile: which program a server is.
public enum ServerProgram: String, Sendable, Equatable, CaseIterable {
    /// JupyterLab, or Jupyter Server where there is no JupyterLab.
    case jupyter
    /// That of the `jupyterhub` package, which finds out by OAuth who comes and tells the hub its activity.
    case singleuser = "jupyterhub-singleuser"
}

/// `gpus:` of a profile, as the engine's `DeviceRequests` take it.
public enum GPURequest: Sendable, Equatable {
    case none
    case all
    case count(Int)
    /// By UUID (`GPU-…`, `MIG-…`) or index.
    case devices([String])
}
