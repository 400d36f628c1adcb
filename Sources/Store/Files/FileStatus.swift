import Glibc

/// What is at `path`; a link is not followed.
func status(of path: String) throws(FileError) -> stat {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw FileError("look at", path) }
    return status
}

extension timespec {
    /// Seconds since 1970, where it says a time.
    var seconds: Double { Double(tv_sec) + Double(tv_nsec) / 1e9 }
}

/// Where the symbolic link at `path` leads.
func target(ofLink path: UnsafePointer<CChar>) throws(FileError) -> String { String(decoding: try bytes(ofLink: path), as: UTF8.self) }

/// The same as the file system has it.
func bytes(ofLink path: UnsafePointer<CChar>) throws(FileError) -> [UInt8] {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    guard count >= 0 else { throw FileError("read", String(cString: path)) }
    return bytes.prefix(count).map { UInt8(bitPattern: $0) }
}
