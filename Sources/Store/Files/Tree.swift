import Glibc

/// Walks trees that foreign code has written: nothing in them is followed or believed.
enum Tree {
    /// Gives an entry of a build to `owner`: a directory gets the mode 0777, a file 0755 or 0644.
    ///
    /// Directories are open to all so that a personal layer over a build can change them; the directory
    /// above builds lets nobody in.
    /// - Parameters:
    ///   - name: Below the open directory `parent`.
    ///   - status: Of the entry itself.
    /// - Throws: ``FileError`` where a call fails, and for anything that is no file, directory or link.
    static func settle(
        _ name: UnsafePointer<CChar>, in parent: CInt = AT_FDCWD, _ status: stat, owner: UInt32
    ) throws(FileError) {
        if status.st_uid != owner || status.st_gid != owner, fchownat(parent, name, owner, owner, AT_SYMLINK_NOFOLLOW) != 0 {
            throw FileError("change the owner of", String(cString: name))
        }
        let mode: mode_t
        switch status.st_mode & S_IFMT {
        case S_IFDIR: mode = 0o777
        case S_IFREG: mode = status.st_mode & 0o111 == 0 ? 0o644 : 0o755
        case S_IFLNK: return
        default: throw FileError("keep the special file", String(cString: name), code: EINVAL)
        }
        if status.st_mode & 0o7777 != mode, fchmodat(parent, name, mode, 0) != 0 {
            throw FileError("change the mode of", String(cString: name))
        }
    }

    /// Opens the tree's directories to all, so that another UID can install into it, and closes its
    /// files to all but their owner: they are the package cache's own, by hard links, and an archive may
    /// have brought a file that everybody may write.
    static func openDirectories(_ root: String) throws(FileError) {
        try walk(root) { (path, status) throws(FileError) in
            let mode: mode_t
            switch status.st_mode & S_IFMT {
            case S_IFDIR: mode = 0o777
            case S_IFREG: mode = status.st_mode & 0o111 == 0 ? 0o644 : 0o755
            default: return
            }
            if status.st_mode & 0o7777 != mode, chmod(path, mode) != 0 { throw FileError("change the mode of", path) }
        }
    }

    /// Visits `root` and everything below it, a directory before what it holds. Links are not followed.
    /// Paths are bytes: what foreign code wrote need not be UTF-8.
    static func walk(
        _ root: String, _ visit: ([CChar], stat) throws(FileError) -> Void
    ) throws(FileError) {
        var path = Array(root.utf8CString)
        try walk(&path, visit)
    }

    /// - Parameter path: Is the same again afterwards; one buffer serves the whole tree.
    private static func walk(
        _ path: inout [CChar], _ visit: ([CChar], stat) throws(FileError) -> Void
    ) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw FileError("look at", path) }
        try visit(path, status)
        guard status.st_mode & S_IFMT == S_IFDIR else { return }
        guard let directory = opendir(path) else { throw FileError("open", path) }
        defer { closedir(directory) }
        let length = path.count - 1
        while let entry = readdir(directory) {
            path.replaceSubrange(length..., with: slash)
            withUnsafeBytes(of: &entry.pointee.d_name) { name in
                path.append(contentsOf: name.bindMemory(to: CChar.self).prefix { $0 != 0 })
            }
            path.append(0)
            let name = path[(length + 1)...]
            if name.elementsEqual(dot) || name.elementsEqual(dotDot) { continue }
            try walk(&path, visit)
        }
        path.replaceSubrange(length..., with: [0])
    }

    private static let slash = [CChar(bitPattern: UInt8(ascii: "/"))]
    private static let dot = [CChar(bitPattern: UInt8(ascii: ".")), 0]
    private static let dotDot = [CChar(bitPattern: UInt8(ascii: ".")), CChar(bitPattern: UInt8(ascii: ".")), 0]
}

extension FileError {
    /// For a path as ``Tree`` gives it: bytes, and a NUL at the end.
    init(_ doing: String, _ path: [CChar], code: CInt = errno) {
        self.init(doing, String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self), code: code)
    }
}
