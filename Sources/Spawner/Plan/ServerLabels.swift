import LauncherProtocol

/// The labels by which the engine knows a server: the truth about what runs.
struct ServerLabels: Equatable {
    static let installation = "org.berth.installation"
    private static let version = "org.berth.environment.version"
    static let build = "org.berth.environment.build"
    private static let uid = "org.berth.uid"

    /// What finds the servers of an account.
    static func owned(by uid: UInt32) -> String { "\(Self.uid)=\(uid)" }

    let id: ServerID
    let uid: UInt32
    let profile: String
    /// Empty for the image's own.
    let environment: String
    /// The identities of the environment's version and build; empty for the image's own.
    let version: String
    let build: String
    /// The hash of the plan it was made by.
    let configuration: String

    init(
        id: ServerID, uid: UInt32, profile: String, environment: String, version: String = "", build: String = "",
        configuration: String
    ) {
        self.id = id
        self.uid = uid
        self.profile = profile
        self.environment = environment
        self.version = version
        self.build = build
        self.configuration = configuration
    }

    /// Nil for a container that is no server's.
    init?(_ labels: [String: String]) {
        guard let owner = labels["org.berth.owner"], let uid = labels[Self.uid].flatMap(UInt32.init) else { return nil }
        self.init(
            id: ServerID(owner: owner, name: labels["org.berth.server"] ?? ""), uid: uid, profile: labels["org.berth.profile"] ?? "",
            environment: labels["org.berth.environment"] ?? "", version: labels[Self.version] ?? "",
            build: labels[Self.build] ?? "", configuration: labels["org.berth.configuration"] ?? "")
    }

    /// What tells one installation's servers from another's on the same engine is its state directory.
    func labels(installation: String) -> [String: String] {
        [
            Self.installation: installation,
            "org.berth.owner": id.owner, Self.uid: String(uid), "org.berth.server": id.name,
            "org.berth.profile": profile, "org.berth.environment": environment, Self.version: version,
            Self.build: build, "org.berth.configuration": configuration,
        ]
    }
}
