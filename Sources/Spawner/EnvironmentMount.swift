import LauncherProtocol

/// A built environment, as a server needs it.
public struct EnvironmentMount: Sendable, Equatable {
    /// Its name, as its owner knows it.
    public let name: String
    /// The identity of its version; empty where it has no history.
    public let version: String
    /// The hash of its lock: the identity of its build.
    public let hash: String
    /// Where the build lies on this host.
    public let hostPath: String
    /// The prefix it was built for.
    public let containerPath: String
    public let jupyter: EnvironmentSummary.JupyterSupport
    /// `variables:` of the recipe.
    public let variables: [String: String]
    /// What lies over the build and takes what the person installs; nil where it is read-only.
    public let layer: Layer?

    /// The directories of an overlay (mount(8), “overlay”).
    public struct Layer: Sendable, Equatable {
        public let upper: String
        public let work: String

        public init(upper: String, work: String) {
            self.upper = upper
            self.work = work
        }
    }

    public init(
        name: String, version: String = "", hash: String, hostPath: String, containerPath: String,
        jupyter: EnvironmentSummary.JupyterSupport, variables: [String: String], layer: Layer? = nil
    ) {
        self.name = name
        self.version = version
        self.hash = hash
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.jupyter = jupyter
        self.variables = variables
        self.layer = layer
    }
}

/// An environment whose build stays until it is released, whatever becomes of its history.
public struct HeldEnvironment: Sendable {
    public let mount: EnvironmentMount
    /// From here on the engine says that a container has it, or nobody needs it.
    let release: @Sendable () async -> Void

    public init(_ mount: EnvironmentMount, release: @escaping @Sendable () async -> Void = {}) {
        self.mount = mount
        self.release = release
    }
}
