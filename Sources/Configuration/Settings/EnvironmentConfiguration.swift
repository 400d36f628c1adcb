/// `environments:`.
public struct EnvironmentConfiguration: Sendable, Equatable {
    /// The image with the solver.
    public var builderImage = "berth/builder:1"
    /// Used where a recipe names no channel.
    public var channels = ["conda-forge"]
    /// What a channel's short name stands for; `{name}` is replaced.
    public var channelAlias = "https://conda.anaconda.org/{name}"
    /// Virtual packages of the host that the builder's container can't see, such as `__cuda=12.8`.
    public var virtualPackages: [String] = []
    /// UID and GID of the container that solves and links.
    public var builderUID: UInt32 = 64_101
    /// UID and GID of the container that runs foreign code at build time: pip's part.
    public var pipUID: UInt32 = 64_102
    /// UID and GID of git, which reads what people push: it owns the repositories, and nothing else.
    public var gitUID: UInt32 = 64_103
    /// Whether people may install into their running environments: it goes to a personal layer.
    public var layers = true
    public var cpus: Double?
    /// Bytes.
    public var memory: Int? = 8 << 30
    /// Seconds.
    public var timeout: Double = 3600
    public var buildsAtOnce = BuildsAtOnce()
    /// The network of the containers that read channels and link packages: `none` for the launcher's proxy, which goes to
    /// public addresses and to what administrators have chosen; `bridge`, `host` or one of your own for all that is
    /// reached there. Those of pip have none.
    public var network = "none"
    /// Files and directories of the host that the builder needs, such as certificates and `pip.conf`; read-only.
    public var mounts: [SharedDirectory] = []
    /// Environment variables of the builder, such as proxies.
    public var variables: [String: String] = [:]
    /// Hosts that pip may reach beside its index: `HOST`, `HOST:PORT` or `*.HOST`.
    public var pipHosts: [String] = []
    /// Whether recipes may be fetched from Git servers at private addresses and on this host.
    public var gitPrivateAddresses = false

    /// Which channels' packages have to be signed, and by whom; the first whose channel a package is of.
    public var attestations: [AttestationRule] = []
    /// What signatures are verified against: `update` for what Sigstore publishes, `embedded` for what came with the
    /// builder, or the path of a `trusted_root.json`.
    public var sigstoreRoot = "update"

    /// How many versions of an environment, the current one included, keep their builds.
    public var keepVersions = 10
    /// Seconds after which only the current version keeps its build, and what was removed can't be brought back.
    public var keepAge: Double = 180 * 86_400
    /// When a solver stands ready for the next solve.
    public var solverWaits = SolverWaits.always
    /// Seconds from one removal of what nothing needs to the next; nil for none but by hand.
    public var collect: Double? = 86_400
    /// Bytes that the environments of one account may take, where no limit says otherwise; nil for no quota.
    public var quota: Int?

    public init() {}
}

/// One entry of `environments.attestations`: what the packages of a channel have to be (CEP 27).
public struct AttestationRule: Sendable, Equatable {
    /// What becomes of a package that is not.
    public enum Mode: String, CaseIterable, Sendable {
        /// It is told while the environment is built.
        case warn
        /// Nothing with it is built.
        case require
    }

    /// A name or a URL.
    public var channel = ""
    public var mode = Mode.require
    /// Who signs, as the certificate says it; `*` stands for anything.
    public var identity = ""
    /// Who vouches for that, as a URL; nil for anybody whom Sigstore trusts.
    public var issuer: String?
    /// The channel that packages were signed for, where ``channel`` is a mirror of it.
    public var target: String?

    public init() {}
}

/// How many builds, solves and verifications are done at a time; the others wait: `environments.builds_at_once:`.
public struct BuildsAtOnce: Sendable, Equatable {
    /// Of one account.
    public var account = 2
    /// Of all accounts.
    public var host = 4

    public init() {}
}
