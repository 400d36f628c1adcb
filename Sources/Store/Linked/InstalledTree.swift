import Foundation
import Glibc
import TLS

/// What the installer has linked, before anything else could touch it.
struct InstalledTree {
    private let root: String
    private let prefix: String
    /// Every file and link whose path is ASCII, by it, below the prefix: beyond that, paths that differ can be one to
    /// Swift. Reached without following links.
    private var found: [String: stat] = [:]

    /// Reads the tree; blocks.
    init(_ root: String, prefix: String) throws(FileError) {
        self.root = root
        self.prefix = prefix
        try Tree.walk(root) { (path, status) throws(FileError) in
            let name = path.dropFirst(root.utf8.count + 1).dropLast().map { UInt8(bitPattern: $0) }
            guard status.st_mode & S_IFMT != S_IFDIR, name.isPrintableASCII else { return }
            found[String(decoding: name, as: UTF8.self)] = status
        }
    }

    /// Makes of a package what the next environment needs of it, in the new directory `target`; false where it
    /// can't be taken out of this environment.
    ///
    /// - Parameters:
    ///   - files: All that it brought, and its record.
    ///   - known: Gets the digests of what is shared.
    func take(_ files: [String], to target: String, known: inout KnownDigests) throws(FileError) -> Bool {
        // Where two packages bring the same file, the installer gives one of them another name.
        guard
            files.allSatisfy({ path in
                found[path] != nil && !path.contains("__clobber-from-") && path.utf8.isPrintableASCII
            })
        else { return false }
        try makeDirectory(target, mode: 0o700)
        let tree = try NewTree(target + "/tree", for: files)
        var list = ""
        for path in files {
            guard let status = found[path], let entry = try take(path, status, to: tree, &known) else { return false }
            list += entry.line
        }
        try writeNew(Data(list.utf8), to: target + "/files")
        return true
    }

    private func take(
        _ path: String, _ status: stat, to tree: NewTree, _ known: inout KnownDigests
    ) throws(FileError) -> LinkedPackage.Entry? {
        let source = root + "/" + path
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            let target = try PrefixText.replacing(prefix, with: PrefixText.neutral, in: target(ofLink: source))
            try tree.link(path, to: target)
            return .init(kind: .link, digest: Digest(sha256: target.utf8).description, path: path)
        case S_IFREG:
            let (digest, neutral) = try withBytes(of: Array(source.utf8CString), size: Int(status.st_size)) {
                bytes throws(FileError) -> (Digest, [UInt8]?) in
                // A file with another name is as the package brought it.
                let neutral = status.st_nlink > 1 ? nil : PrefixText.replacing(prefix, with: PrefixText.neutral, in: bytes)
                return (neutral.map { Digest(sha256: $0) } ?? Digest(sha256: bytes), neutral)
            }
            if let neutral {
                try tree.write(Data(neutral), to: path, mode: status.st_mode & 0o777)
                return .init(kind: .prefixed, digest: digest.description, path: path)
            }
            try tree.share(source, as: path)
            known.note(digest.description, inode: status.st_ino)
            return .init(kind: .shared, digest: digest.description, path: path)
        default: return nil
        }
    }
}
