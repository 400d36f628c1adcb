import Foundation
import Glibc

/// A tree that grows out of nothing by paths that others have named: nothing is written over what is there, or
/// through a link. Whoever wants a name that is taken gets `EEXIST`.
///
/// Its directories are open to all, as ``Tree/normalise(_:owner:)`` leaves them; the directory above lets nobody in.
struct NewTree {
    private let root: String
    /// What was made here, below the root.
    private var directories: Set<Substring> = []

    /// Makes the directory `root`.
    init(_ root: String) throws(FileError) {
        self.root = root
        guard mkdir(root, 0o777) == 0, chmod(root, 0o777) == 0 else { throw FileError("make", root) }
    }

    /// Gives the file `source` another name.
    mutating func share(_ source: String, as path: String) throws(FileError) {
        let target = try place(path)
        guard Glibc.link(source, target) == 0 else { throw FileError("link", target) }
    }

    /// Makes a file.
    mutating func write(_ bytes: Data, to path: String, mode: mode_t) throws(FileError) {
        try writeNew(bytes, to: try place(path), mode: mode)
    }

    /// Makes a symbolic link.
    mutating func link(_ path: String, to target: String) throws(FileError) {
        let place = try place(path)
        guard symlink(target, place) == 0 else { throw FileError("link", place) }
    }

    /// Where `path` will be, in a directory that is there.
    private mutating func place(_ path: String) throws(FileError) -> String {
        if let slash = path.lastIndex(of: "/") { try makeDirectory(path[..<slash]) }
        return root + "/" + path
    }

    private mutating func makeDirectory(_ path: Substring) throws(FileError) {
        guard !directories.contains(path) else { return }
        if let slash = path.lastIndex(of: "/") { try makeDirectory(path[..<slash]) }
        let place = root + "/" + path
        guard !path.isEmpty, path != "..", !path.hasSuffix("/.."), mkdir(place, 0o777) == 0, chmod(place, 0o777) == 0 else {
            throw FileError("make", place)
        }
        directories.insert(path)
    }
}
