import Environments
import Foundation
import Glibc
import UntrustedFiles

/// Reads what a personal layer holds. Its owner may change it meanwhile and may have put anything there:
/// every step is taken from an open directory, no link is followed, only plain files are read and only
/// so much of them (`openat(2)`). **Blocks.**
struct LayerReader {
    private enum Bound {
        /// Bytes of one record.
        static let record = 16 << 20
        /// Bytes of all records together.
        static let records = 512 << 20
        /// What is counted before it is given up.
        static let entries = 2_000_000
        static let depth = 200
    }

    private var files = LayerFiles()
    private var entries = 0
    private var bytesRead = 0

    /// The layer whose upper directory is at `path`; an empty one where there is none.
    static func read(_ path: String) throws(FileError) -> LayerFiles {
        let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if top < 0 {
            if errno == ENOENT { return LayerFiles() }
            throw FileError("open", path)
        }
        defer { close(top) }
        var reader = LayerReader()
        try reader.count(in: top, depth: 0)
        reader.readRecords(in: top)
        reader.readDistributions(in: top)
        return reader.files
    }

    /// Files and bytes of everything.
    private mutating func count(in directory: CInt, depth: Int) throws(FileError) {
        guard depth < Bound.depth else { throw FileError("look through a layer deeper than \(Bound.depth) directories", "", code: ELOOP) }
        for (name, status) in Self.entries(of: directory) {
            entries += 1
            guard entries < Bound.entries else { throw FileError("count a layer of more than \(Bound.entries) files", "", code: E2BIG) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard let child = UntrustedDirectory.open(name, in: directory) else { continue }
                defer { close(child) }
                try count(in: child, depth: depth + 1)
            case S_IFREG, S_IFLNK:
                files.files += 1
                files.bytes += Int(status.st_size)
            default: continue
            }
        }
    }

    private mutating func readRecords(in top: CInt) {
        guard let meta = UntrustedDirectory.open("conda-meta", in: top) else { return }
        defer { close(meta) }
        for (name, status) in Self.entries(of: meta) where name.hasSuffix(".json") {
            if status.isWhiteout {
                files.removedRecords.insert(name)
            } else if let text = text(name, in: meta) {
                files.added.condaMeta[name] = text
            }
        }
    }

    private mutating func readDistributions(in top: CInt) {
        guard let library = UntrustedDirectory.open("lib", in: top) else { return }
        defer { close(library) }
        for (python, _) in Self.entries(of: library) where python.hasPrefix("python") {
            guard let folder = UntrustedDirectory.open(python, in: library) else { continue }
            defer { close(folder) }
            guard let packages = UntrustedDirectory.open("site-packages", in: folder) else { continue }
            defer { close(packages) }
            for (name, status) in Self.entries(of: packages) where name.hasSuffix(".dist-info") {
                if status.isWhiteout {
                    files.removedDistributions.insert(name)
                } else if let distribution = distribution(name, in: packages) {
                    files.added.distributions.append(distribution)
                }
            }
        }
    }

    private mutating func distribution(_ name: String, in packages: CInt) -> EnvironmentFiles.Distribution? {
        guard let folder = UntrustedDirectory.open(name, in: packages) else { return nil }
        defer { close(folder) }
        // Without it only something of a package below was touched.
        guard let metadata = text("METADATA", in: folder) else { return nil }
        return .init(
            directory: name, metadata: metadata, directURL: text("direct_url.json", in: folder),
            isRequested: UntrustedDirectory.status(of: "REQUESTED", in: folder) != nil)
    }

    /// The text of a plain file of reasonable size; nil for anything else. Not blocking, because a FIFO
    /// would wait for a writer.
    private mutating func text(_ name: String, in directory: CInt) -> String? {
        let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Bound.record,
            bytesRead + Int(status.st_size) <= Bound.records
        else { return nil }
        bytesRead += Int(status.st_size)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count) }
            if got <= 0 { break }
            count += got
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// What a directory holds, each with its status; what vanishes meanwhile is left out.
    private static func entries(of parent: CInt) -> [(name: String, status: stat)] {
        let names = (try? UntrustedDirectory.names(in: parent)) ?? []
        return names.compactMap { name in UntrustedDirectory.status(of: name, in: parent).map { (name, $0) } }
    }
}

extension stat {
    /// overlayfs marks what was removed by a character device 0:0 in its place.
    fileprivate var isWhiteout: Bool { st_mode & S_IFMT == S_IFCHR && st_rdev == 0 }
}
