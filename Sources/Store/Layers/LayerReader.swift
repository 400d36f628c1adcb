import Environments
import Foundation
import Glibc
import UntrustedFiles

/// Reads what a personal layer holds: its owner may change it meanwhile, so every step is taken from an open
/// directory. **Blocks.**
struct LayerReader {
    private enum Bound {
        /// What is counted before it is given up.
        static let entries = 2_000_000
        static let depth = 200
        /// Paths of files that are looked at.
        static let paths = 200_000
    }

    private var files = LayerFiles()
    private var entries = 0
    private var paths: [String] = []

    /// The layer whose upper directory is at `path`; an empty one where there is none.
    static func read(_ path: String) throws(FileError) -> LayerFiles {
        try counted(path) { (files, top, paths) in
            let records = RecordReader(top, wantsOwned: true)
            files.loose = paths.filter { !records.owned.contains($0) && !OwnedFiles.isByTheWay($0) }.sorted()
            files.added = records.files
            files.removedRecords = records.removedRecords
            files.removedDistributions = records.removedDistributions
        }
    }

    /// When anything in the upper directory at `path` was changed last, in seconds since 1970: by the times that the
    /// kernel keeps and nobody can set back.
    static func lastChange(in path: String) throws(FileError) -> Double { try counted(path) { _, _, _ in }.changed }

    private static func counted(
        _ path: String, _ more: (inout LayerFiles, _ top: CInt, _ paths: [String]) -> Void
    ) throws(FileError) -> LayerFiles {
        let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if top < 0 {
            if errno == ENOENT { return LayerFiles() }
            throw FileError("open", path)
        }
        defer { close(top) }
        var reader = LayerReader()
        try reader.count(in: top, "", depth: 0)
        more(&reader.files, top, reader.paths)
        return reader.files
    }

    /// Files and bytes of everything.
    private mutating func count(in directory: CInt, _ path: String, depth: Int) throws(FileError) {
        guard depth < Bound.depth else { throw FileError("look through a layer deeper than \(Bound.depth) directories", "", code: ELOOP) }
        for (name, status) in UntrustedDirectory.entries(of: directory) {
            entries += 1
            files.changed = max(files.changed, status.st_ctim.seconds)
            guard entries < Bound.entries else { throw FileError("count a layer of more than \(Bound.entries) files", "", code: E2BIG) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard let child = UntrustedDirectory.open(name, in: directory) else { continue }
                defer { close(child) }
                try count(in: child, path + name + "/", depth: depth + 1)
            case S_IFREG, S_IFLNK:
                files.files += 1
                if paths.count < Bound.paths { paths.append(path + name) }
                files.bytes += Int(status.st_size)
            default: continue
            }
        }
    }
}
