/// What the system of the host has that a recipe is solved for, said by hand: conda's virtual packages.
///
/// ```swift
/// let given = try VirtualPackages(["__glibc=2.28", "__archspec=x86_64_v3"], cuda: "12.4")
/// given.over(earlier)  // what is given now, and what was given before of all others
/// ```
public struct VirtualPackages: Sendable, Equatable {
    /// One of them.
    struct Package: Sendable, Equatable {
        let name: String
        /// Or ``none``, or ``host``.
        let version: String
        let build: String?

        /// `NAME=VERSION` or `NAME=VERSION=BUILD`.
        var text: String { "\(name)=\(version)" + (build.map { "=\($0)" } ?? "") }

        /// Whether a system of this platform can have it.
        func belongs(on platform: String) -> Bool {
            switch name {
            case "__linux", "__glibc", "__musl": platform.hasPrefix("linux-")
            case "__osx": platform.hasPrefix("osx-")
            case "__win": platform.hasPrefix("win-")
            // No Mac has had CUDA since 10.2.
            case "__cuda": !platform.hasPrefix("osx-")
            default: true
            }
        }
    }

    /// In place of a version: the host doesn't have it.
    public static let none = "none"
    /// In place of a version: what is configured or known of this host, whatever was said before.
    public static let host = "host"

    /// By name, each once.
    let packages: [Package]

    private init(_ packages: [Package]) { self.packages = packages.sorted { $0.name < $1.name } }

    /// None.
    public init() { packages = [] }

    /// - Parameters:
    ///   - texts: Each `NAME=VERSION` or `NAME=VERSION=BUILD`. A microarchitecture stands for its build:
    ///     `__archspec=x86_64_v3`.
    ///   - cuda: The version of `__cuda`; nil where nobody says.
    /// - Throws: where one of them can't be what it should be, or stands there twice.
    public init(_ texts: [String], cuda: String? = nil) throws(TargetError) {
        var packages: [Package] = []
        if let cuda {
            guard Self.isWord(cuda) || Self.isCUDA(cuda) else {
                throw TargetError(
                    phrase: "“\(cuda.prefix(40))” is no version of CUDA. Write one such as 12.4, or none for a host without a GPU.")
            }
            packages.append(Package(name: Self.cudaName, version: cuda, build: nil))
        }
        for text in texts {
            let package = try Self.package(text)
            guard !packages.contains(where: { $0.name == package.name }) else {
                throw TargetError(phrase: "“\(package.name)” is given twice. Say it once.")
            }
            packages.append(package)
        }
        guard packages.count <= Self.most else {
            throw TargetError(phrase: "These are more virtual packages than a system has: at most \(Self.most).")
        }
        self.init(packages)
    }

    /// More than any system has.
    private static let most = 20
    private static let cudaName = "__cuda"

    /// The version of `__cuda`; nil where nobody says.
    public var cuda: String? { packages.first { $0.name == Self.cudaName }?.version }

    /// All but CUDA, as they are written.
    public var others: [String] { packages.filter { $0.name != Self.cudaName }.map(\.text) }

    public var isEmpty: Bool { packages.isEmpty }

    /// These, and what was said before of others. What is to be ``host``'s again is said of neither.
    public func over(_ earlier: VirtualPackages) -> VirtualPackages {
        let names = Set(packages.map(\.name))
        return VirtualPackages((packages + earlier.packages.filter { !names.contains($0.name) }).filter { $0.version != Self.host })
    }

    private static func package(_ text: String) throws(TargetError) -> Package {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        let name = parts[0], version = parts.count > 1 ? parts[1] : ""
        guard (2...3).contains(parts.count), isName(name) else { throw refusal(text) }
        if name == cudaName {
            guard parts.count == 2, isWord(version) || isCUDA(version) else { throw refusal(text) }
        } else if name == "__archspec", parts.count == 2, !isWord(version), isBuild(version) {
            return Package(name: name, version: "1", build: version)
        } else {
            guard isWord(version) && parts.count == 2 || isVersion(version), parts.count == 2 || isBuild(parts[2]) else {
                throw refusal(text)
            }
        }
        return Package(name: name, version: version, build: parts.count == 3 ? parts[2] : nil)
    }

    private static func refusal(_ text: String) -> TargetError {
        TargetError(
            phrase:
                "“\(text.prefix(60))” is no virtual package. Write NAME=VERSION, such as __glibc=2.28, __archspec=x86_64_v3 or __cuda=12.4; none in place of the version for what the host hasn't."
        )
    }

    private static func isWord(_ text: String) -> Bool { text == none || text == host }

    private static func isName(_ text: String) -> Bool {
        text.hasPrefix("__") && (3...40).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "_-".contains($0)) }
    }

    /// What every solver reads as a version.
    private static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 40 && text.first?.isNumber == true
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") } }
    }

    private static func isBuild(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    }

    private static func isCUDA(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...3).contains(parts.count)
            && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } }
    }
}
