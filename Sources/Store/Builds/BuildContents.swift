import Foundation
import Glibc
import TLS

/// What is in a build, noted while it is made, so that nobody has to walk it again: what its manifest will say, which
/// Python sources it has, and how much disk it takes.
struct BuildContents: Sendable {
    private struct Entry {
        /// As ``Manifest`` says it.
        let text: String
        let inode: ino_t
        let bytes: Int
        /// Whether the store holds another name of the file, and nobody writes it.
        let isShared: Bool
    }

    /// Files and links by their paths below the prefix, as ``Manifest/key(_:)`` gives them.
    private var entries: [String: Entry] = [:]
    /// Bytes of directories by their paths.
    private var directories: [String: Int] = [:]
    /// Below `lib`.
    private(set) var sources: [PythonSource] = []

    /// Nothing yet.
    init() {}

    /// All that is in any of `parts`.
    init(all parts: [BuildContents]) {
        entries.reserveCapacity(parts.reduce(0) { $0 + $1.entries.count })
        for part in parts { add(part) }
    }

    /// Notes a file.
    ///
    /// - Parameters:
    ///   - isShared: Whether the store holds another name of the file, and nobody writes it.
    ///   - isSource: Whether it is to have bytecode.
    mutating func note(
        _ path: String, digest: String, _ status: stat, isShared: Bool = false, isSource: Bool = false
    ) {
        entries[Manifest.key(path.utf8)] = Entry(text: digest, inode: status.st_ino, bytes: status.bytesOnDisk, isShared: isShared)
        if isSource { sources.append(PythonSource(path: path, sha256: digest)) }
    }

    /// Notes a symbolic link.
    mutating func note(_ path: String, link target: String, _ status: stat) {
        entries[Manifest.key(path.utf8)] = Entry(text: "-> " + target, inode: status.st_ino, bytes: status.bytesOnDisk, isShared: false)
    }

    mutating func note(directory path: String, _ status: stat) { directories[path] = status.bytesOnDisk }

    /// Notes that a file or link that is no source is gone.
    mutating func forget(_ path: String) { entries[Manifest.key(path.utf8)] = nil }

    mutating func add(_ other: BuildContents) {
        entries.merge(other.entries) { $1 }
        directories.merge(other.directories) { $1 }
        sources += other.sources
    }

    /// By path below the prefix: the SHA-256 of a file, or `-> TARGET` for a link.
    var texts: [String: String] { entries.mapValues(\.text) }

    /// Bytes on disk, files with several names once.
    var size: Int {
        var seen: Set<ino_t> = []
        return directories.values.reduce(0, +) + entries.values.reduce(0) { seen.insert($1.inode).inserted ? $0 + $1.bytes : $0 }
    }

    /// The digests of files that nobody can have changed, whoever wrote in the tree since.
    var shared: KnownDigests {
        var known = KnownDigests()
        for entry in entries.values where entry.isShared { known.note(entry.text, inode: entry.inode) }
        return known
    }
}

extension BuildContents {
    /// Reads a whole tree that foreign code has written, and gives all of it to `owner`; blocks. Links are not followed.
    ///
    /// - Parameters:
    ///   - known: Digests of files that need not be read.
    ///   - sharing: Where the others are shared with those of other builds; nil for nowhere.
    init(reading tree: String, known: KnownDigests, owner: UInt32, sharing: SharedFiles? = nil) throws(FileError) {
        self.init()
        var unread: [(name: String, path: [CChar], status: stat, isSource: Bool)] = []
        try Tree.walk(tree) { (path, status) throws(FileError) in
            try Tree.settle(path, status, owner: owner)
            let bytes = path.dropFirst(tree.utf8.count + 1).dropLast().map { UInt8(bitPattern: $0) }
            let name = String(validating: bytes, as: UTF8.self) ?? Manifest.key(bytes)
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                // A name that is no UTF-8 is nobody's module.
                let isSource = name.utf8.elementsEqual(bytes) && PythonSource.isSource(name)
                if let digest = known[status] {
                    note(name, digest: digest, status, isShared: true, isSource: isSource)
                } else {
                    unread.append((name, path, status, isSource))
                }
            case S_IFLNK: note(name, link: try target(ofLink: path), status)
            default: note(directory: name, status)
            }
        }
        let read = try unread.mapOnAllCores { file throws(FileError) in
            let digest = try withBytes(of: file.path, size: Int(file.status.st_size)) { bytes throws(FileError) in
                Digest(sha256: bytes).description
            }
            return (digest, try sharing?.unite(file.path, file.status, digest: digest))
        }
        for (file, (digest, shared)) in zip(unread, read) {
            note(file.name, digest: digest, shared ?? file.status, isShared: shared != nil, isSource: file.isSource)
        }
    }

    /// Notes a file that was written into `tree` just now, and gives it to `owner`; blocks.
    mutating func read(_ path: String, in tree: borrowing OpenDirectory, owner: UInt32) throws(FileError) {
        let status = try tree.settle(path, owner: owner)
        let digest = try withBytes(of: Array("\(tree.path)/\(path)".utf8CString), size: Int(status.st_size)) { bytes throws(FileError) in
            Digest(sha256: bytes)
        }
        note(path, digest: digest.description, status)
    }
}

extension stat {
    /// On disk.
    fileprivate var bytesOnDisk: Int { Int(st_blocks) * 512 }
}
