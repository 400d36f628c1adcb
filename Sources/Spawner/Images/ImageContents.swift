import Docker
import Foundation
import Synchronization

/// What images have that decides which environments run in them. Looked for once in each.
public actor ImageContents {
    private let engine: Engine
    private var known: [String: Content] = [:]

    /// What is in an image.
    struct Content: Sendable, Equatable {
        /// Whether it has a Jupyter of its own, by the search that a start makes.
        let hasJupyter: Bool
        /// The version of its GNU C library; nil where it has none, or doesn't say.
        let glibc: GlibcVersion?
    }

    /// The images of this engine.
    public init(engine: Engine) { self.engine = engine }

    /// The version of the oldest GNU C library among these images, such as `2.36`; nil where none of them says.
    public func leastGlibc(in images: some Sequence<String> & Sendable) async -> String? {
        var found: [GlibcVersion] = []
        for image in Set(images).sorted() { if let version = await content(of: image)?.glibc { found.append(version) } }
        return found.min()?.description
    }

    /// Nil where the image is not on this host or can't be looked into.
    func content(of image: String) async -> Content? {
        guard let id = (try? await engine.imageDetails(image))?.id else { return nil }
        if let known = known[id] { return known }
        let lines = Mutex<[String]>([])
        // What the shell says where it finds one, and where not; every other status is no answer.
        guard
            let exit = try? await engine.run(
                Self.look(into: id), named: "berth-look-\(UUID().uuidString.lowercased())",
                onOutput: { line in lines.withLock { if $0.count < Self.mostLines { $0.append(line.text) } } }),
            exit.code == Self.found || exit.code == Self.missing
        else { return nil }
        let glibc = lines.withLock { $0.lazy.compactMap(GlibcVersion.init(line:)).first }
        known[id] = Content(hasJupyter: exit.code == Self.found, glibc: glibc)
        return known[id]
    }

    private static let found = 10
    private static let missing = 11
    private static let mostLines = 20

    /// A shell of nobody's, without network.
    private static func look(into image: String) -> ContainerSpec {
        let script =
            "getconf GNU_LIBC_VERSION || ldd --version; "
            + "command -v jupyter-lab || command -v jupyter-server && exit \(found); exit \(missing)"
        var spec = ContainerSpec(image: image, command: ["/bin/sh", "-c", script])
        spec.entrypoint = []
        spec.user = "65534:65534"
        spec.network = "none"
        spec.memory = 64 << 20
        spec.pids = 16
        spec.hasReadOnlyRoot = true
        return spec
    }
}

/// The version of a GNU C library.
struct GlibcVersion: Sendable, Equatable, Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int

    /// From what `getconf GNU_LIBC_VERSION` (`glibc 2.36`) or the first line of `ldd --version`
    /// (`ldd (Debian GLIBC 2.36-9) 2.36`) says; nil for any other line.
    init?(line: String) {
        let words = line.lowercased().split(separator: " ")
        guard words.first == "glibc" || words.first == "ldd" && line.lowercased().contains("libc"), let last = words.last else {
            return nil
        }
        let parts = last.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]), (1...9).contains(major), (0...999).contains(minor)
        else { return nil }
        self.major = major
        self.minor = minor
    }

    static func < (one: GlibcVersion, other: GlibcVersion) -> Bool { (one.major, one.minor) < (other.major, other.minor) }

    var description: String { "\(major).\(minor)" }
}
