/// One conda package of a lock: exact, and with what proves it.
public struct CondaPackage: Codable, Sendable, Equatable {
    public let name: String
    public let version: String
    public let build: String
    public let buildNumber: Int
    /// Where the file lies; its last part is the file's name.
    public let url: String
    /// Lower-case hexadecimal; what the channel says about the file.
    public let sha256: String?
    public let md5: String?
    /// Bytes of the file.
    public let size: Int?
    /// The directory of the channel it comes from: `linux-64` or `noarch`.
    public let subdir: String
    /// What it needs, as match specs.
    public let depends: [String]
    /// What may not be beside it in another version, as match specs.
    public let constrains: [String]
    /// `python` or `generic` where it is for every platform.
    public let noarch: String?
    /// Where a Python package says that its site-packages are.
    public let sitePackages: String?
    public let license: String?

    public init(
        name: String, version: String, build: String, buildNumber: Int = 0, url: String, sha256: String?, md5: String?,
        size: Int?, subdir: String, depends: [String], constrains: [String] = [], noarch: String? = nil,
        sitePackages: String? = nil, license: String? = nil
    ) {
        self.name = name
        self.version = version
        self.build = build
        self.buildNumber = buildNumber
        self.url = url
        self.sha256 = sha256
        self.md5 = md5
        self.size = size
        self.subdir = subdir
        self.depends = depends
        self.constrains = constrains
        self.noarch = noarch
        self.sitePackages = sitePackages
        self.license = license
    }
}

/// One package that pip installs.
public struct PipPackage: Codable, Sendable, Equatable {
    /// As its metadata spells it.
    public let name: String
    public let version: String
    /// Where it comes from: a wheel, a source archive, or a repository with its commit.
    public let url: String
    /// Of the file; nil for a repository.
    public let sha256: String?
    /// Whether the recipe (or a package in it) named the URL itself, rather than an index.
    public let direct: Bool

    public init(name: String, version: String, url: String, sha256: String?, direct: Bool) {
        self.name = name
        self.version = version
        self.url = url
        self.sha256 = sha256
        self.direct = direct
    }
}
