import Foundation
import Glibc

/// A tree that grows out of nothing by paths that others have named: its directories first, and then what is in
/// them, so that nothing is written through a link or over what is there. Whoever wants a name that is taken gets
/// `EEXIST`.
///
/// Its directories are open to all, as ``Tree/normalise(_:owner:)`` leaves them; the directory above lets nobody in.
struct NewTree: Sendable {
    private let root: String
    /// Below the root.
    private let directories: Set<Substring>

    /// Makes the directory `root`, and in it the directories of all `paths`.
    init(_ root: String, for paths: [String]) throws(FileError) {
        self.root = root
        try Self.makeDirectory(root)
        var directories: Set<Substring> = []
        for path in paths { try Self.makeParents(of: path[...], below: root, &directories) }
        self.directories = directories
    }

    private static func makeParents(of path: Substring, below root: String, _ made: inout Set<Substring>) throws(FileError) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let parent = path[..<slash]
        guard !made.contains(parent) else { return }
        try makeParents(of: parent, below: root, &made)
        guard parent != "..", !parent.hasSuffix("/..") else { throw FileError("make", root + "/" + parent, code: EINVAL) }
        try makeDirectory(root + "/" + parent)
        made.insert(parent)
    }

    private static func makeDirectory(_ path: String) throws(FileError) {
        guard mkdir(path, 0o777) == 0, chmod(path, 0o777) == 0 else { throw FileError("make", path) }
    }

    /// Gives the file `source` another name.
    func share(_ source: String, as path: String) throws(FileError) {
        let target = try place(path)
        guard Glibc.link(source, target) == 0 else { throw FileError("link", target) }
    }

    /// Makes a file.
    func write(_ bytes: Data, to path: String, mode: mode_t) throws(FileError) {
        try writeNew(bytes, to: try place(path), mode: mode)
    }

    /// Makes a symbolic link.
    func link(_ path: String, to target: String) throws(FileError) {
        let place = try place(path)
        guard symlink(target, place) == 0 else { throw FileError("link", place) }
    }

    private func place(_ path: String) throws(FileError) -> String {
        if let slash = path.lastIndex(of: "/"), !directories.contains(path[..<slash]) {
            throw FileError("make", root + "/" + path, code: ENOENT)
        }
        return root + "/" + path
    }
}
