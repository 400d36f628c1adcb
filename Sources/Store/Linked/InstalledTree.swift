import Foundation
import Glibc
import TLS

/// What the installer has linked, before anything else could touch it.
struct InstalledTree {
    private let root: String
    /// Every file and link whose path is ASCII, by it, below the prefix: beyond that, paths that differ can be one to
    /// Swift. Reached without following links.
    private var found: [String: stat] = [:]

    /// Reads the tree; blocks.
    init(_ root: String) throws(FileError) {
        self.root = root
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

    /// Notes what is shared of a package that is kept already. Where the installer wrote a file anew, because it
    /// names the prefix, the one that is kept takes its place.
    func unite(with package: LinkedPackage, known: inout KnownDigests) throws(FileError) {
        for (entry, kept, status) in try package.sharedFiles() {
            known.note(entry.digest, inode: status.st_ino)
            guard let own = found[entry.path], own.st_nlink == 1, own.st_size == status.st_size, own.st_mode & S_IFMT == S_IFREG else {
                continue
            }
            let path = root + "/" + entry.path
            guard try digest(of: path, own) == entry.digest else { continue }
            let name = root + ".kept"
            if link(kept, name) != 0 {
                // It has all the names that it can have.
                if errno == EMLINK { continue }
                throw FileError("link", path)
            }
            guard rename(name, path) == 0 else { throw FileError("link", path) }
            // Where both were names of one file already, that did nothing.
            unlink(name)
        }
    }

    private func digest(of path: String, _ status: stat) throws(FileError) -> String {
        try withBytes(of: Array(path.utf8CString), size: Int(status.st_size)) { bytes throws(FileError) in
            Digest(sha256: bytes).description
        }
    }

    private func take(
        _ path: String, _ status: stat, to tree: NewTree, _ known: inout KnownDigests
    ) throws(FileError) -> LinkedPackage.Entry? {
        let source = root + "/" + path
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            let target = try target(ofLink: source)
            try tree.link(path, to: target)
            return .init(kind: .link, digest: Digest(sha256: target.utf8).description, path: path)
        case S_IFREG:
            let digest = try digest(of: source, status)
            do throws(FileError) { try tree.share(source, as: path) } catch {
                // It has all the names that it can have.
                if error.code == EMLINK { return nil }
                throw error
            }
            known.note(digest, inode: status.st_ino)
            return .init(kind: .shared, digest: digest, path: path)
        default: return nil
        }
    }
}
