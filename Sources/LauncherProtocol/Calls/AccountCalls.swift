/// A Linux account as the name service knows it (`getpwnam(3)`, `getgrouplist(3)`).
public struct Account: Codable, Sendable, Equatable {
    /// The canonical name.
    public let name: String
    public let uid: UInt32
    /// The primary group.
    public let gid: UInt32
    /// All groups, the primary one first.
    public let groups: [Group]
    /// The person's name: the first field of the GECOS entry.
    public let fullName: String
    public let home: String
    public let shell: String

    /// One group of an account.
    public struct Group: Codable, Sendable, Equatable {
        public let name: String
        public let gid: UInt32

        public init(name: String, gid: UInt32) {
            self.name = name
            self.gid = gid
        }
    }

    public init(
        name: String, uid: UInt32, gid: UInt32, groups: [Group], fullName: String, home: String, shell: String
    ) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.fullName = fullName
        self.home = home
        self.shell = shell
    }
}

/// Looks up an account that may use Berth; `.notFound` for one that does not exist or may not.
public struct LookUpAccount: LauncherCall {
    public static let name = "account.look-up"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = Account

    /// The name to look up, in any spelling the name service accepts.
    public let account: String

    public init(account: String) { self.account = account }
}
