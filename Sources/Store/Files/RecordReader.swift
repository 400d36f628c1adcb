import Environments
import Glibc
import UntrustedFiles

/// Reads the records that installers leave in an environment, or in a layer over one. Its owner may change it
/// meanwhile and may have put anything there: every step is taken from an open directory, no link is followed,
/// only plain files are read and only so much of them (`openat(2)`). **Blocks.**
struct RecordReader {
    private enum Bound {
        /// Bytes of one record.
        static let record = 16 << 20
        /// Bytes of all records together.
        static let records = 512 << 20
    }

    private(set) var files = EnvironmentFiles()
    /// What a layer has taken away: names of records and of dist-info directories.
    private(set) var removedRecords: Set<String> = []
    private(set) var removedDistributions: Set<String> = []
    /// The paths of files that installers wrote; empty where nobody asked for them.
    private(set) var owned: Set<String> = []
    private let wantsOwned: Bool
    private var bytesRead = 0

    /// Reads what the open directory `top` holds.
    /// - Parameter wantsOwned: Whether to read which files are a package's.
    init(_ top: CInt, wantsOwned: Bool = false) {
        self.wantsOwned = wantsOwned
        readRecords(in: top)
        readDistributions(in: top)
        files.pyvenv = text("pyvenv.cfg", in: top)
    }

    private mutating func readRecords(in top: CInt) {
        guard let meta = UntrustedDirectory.open("conda-meta", in: top) else { return }
        defer { close(meta) }
        files.history = text("history", in: meta)
        files.state = text("state", in: meta)
        for (name, status) in UntrustedDirectory.entries(of: meta) where name.hasSuffix(".json") {
            if status.isWhiteout {
                removedRecords.insert(name)
            } else if let text = text(name, in: meta) {
                files.condaMeta[name] = text
                if wantsOwned { owned.formUnion(OwnedFiles.inRecord(ofConda: text)) }
            }
        }
    }

    private mutating func readDistributions(in top: CInt) {
        guard let library = UntrustedDirectory.open("lib", in: top) else { return }
        defer { close(library) }
        for (python, _) in UntrustedDirectory.entries(of: library) where python.hasPrefix("python") {
            guard let folder = UntrustedDirectory.open(python, in: library) else { continue }
            defer { close(folder) }
            guard let packages = UntrustedDirectory.open("site-packages", in: folder) else { continue }
            defer { close(packages) }
            for (name, status) in UntrustedDirectory.entries(of: packages) where name.hasSuffix(".dist-info") {
                if status.isWhiteout {
                    removedDistributions.insert(name)
                } else if let distribution = distribution(name, in: packages, "lib/\(python)/site-packages") {
                    files.distributions.append(distribution)
                }
            }
        }
    }

    private mutating func distribution(_ name: String, in packages: CInt, _ path: String) -> EnvironmentFiles.Distribution? {
        guard let folder = UntrustedDirectory.open(name, in: packages) else { return nil }
        defer { close(folder) }
        // Without it, in a layer only something of a package below was touched.
        guard let metadata = text("METADATA", in: folder) else { return nil }
        if wantsOwned, let record = text("RECORD", in: folder) { owned.formUnion(OwnedFiles.inRecord(ofPip: record, from: path)) }
        return .init(
            directory: name, metadata: metadata, directURL: text("direct_url.json", in: folder),
            isRequested: UntrustedDirectory.status(of: "REQUESTED", in: folder) != nil)
    }

    /// The text of a plain file of reasonable size; nil for anything else.
    private mutating func text(_ name: String, in directory: CInt) -> String? {
        let limit = min(Bound.record, Bound.records - bytesRead)
        guard let bytes = try? UntrustedDirectory.content(of: name, in: directory, atMost: limit) else { return nil }
        bytesRead += bytes.count
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UntrustedDirectory {
    /// What a directory holds, each with its status; what vanishes meanwhile is left out.
    static func entries(of parent: CInt) -> [(name: String, status: stat)] {
        let names = (try? names(in: parent)) ?? []
        return names.compactMap { name in status(of: name, in: parent).map { (name, $0) } }
    }
}

extension stat {
    /// overlayfs marks what was removed by a character device 0:0 in its place.
    fileprivate var isWhiteout: Bool { st_mode & S_IFMT == S_IFCHR && st_rdev == 0 }
}
