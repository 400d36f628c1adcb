import Foundation
import Glibc

/// A tree that grows out of nothing by paths that others have named: its directories first, and then what is in
/// them, so that nothing is written through a link or over what is there. Whoever wants a name that is taken gets
/// `EEXIST`.
///
/// Its directories are open to all, as ``Tree/settle(_:in:_:owner:)`` leaves them; the directory above lets nobody in.
final class NewTree: Sendable {
    private let root: OpenDirectory
    /// Below the root, which is the empty one of them.
    let directories: Set<String>

    /// Makes the directory `path`, and in it the directories of all `paths`; blocks.
    init(_ path: String, for paths: [String], owner: UInt32 = 0) throws(FileError) {
        var directories: Set<String> = [""]
        for path in paths {
            var directory = path.parted.directory
            while directories.insert(directory).inserted { directory = directory.parted.directory }
        }
        self.directories = directories
        try makeDirectory(path, mode: 0o777, isNew: true, owner: owner)
        root = try OpenDirectory(path)
        // A directory after the one that it is in; those of one depth side by side.
        let depths = Dictionary(grouping: directories.subtracting([""])) { $0.utf8.count { $0 == UInt8(ascii: "/") } }
        for (_, directories) in depths.sorted(by: { $0.key < $1.key }) {
            _ = try directories.mapOnAllCores { directory throws(FileError) in
                let name = directory.parted.name
                guard name != "..", name != "." else { throw FileError("make", path + "/" + directory, code: EINVAL) }
                try root.makeDirectory(directory, owner: owner)
            }
        }
    }

    /// One of its directories, which has none but real ones above it.
    func directory(_ path: String) throws(FileError) -> OpenDirectory {
        guard directories.contains(path) else { throw FileError("make", root.path + "/" + path, code: ENOENT) }
        return try OpenDirectory(path.isEmpty ? "." : path, in: root.descriptor)
    }

    /// Gives the file `source` another name.
    func share(_ source: String, as path: String) throws(FileError) {
        let (directory, name) = path.parted
        try self.directory(directory).share(source, as: name)
    }

    /// Makes a symbolic link.
    func link(_ path: String, to target: String) throws(FileError) {
        let (directory, name) = path.parted
        try self.directory(directory).link(name, to: target)
    }
}
