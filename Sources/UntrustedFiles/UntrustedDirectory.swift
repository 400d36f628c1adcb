import CLinux
import Glibc
import UnixSockets

/// Looks into directories that somebody else may change meanwhile: from an open descriptor, without
/// following a link.
public enum UntrustedDirectory {
    /// Opens the directory `name` of an open one; nil where there is none, or a link in its place.
    /// The caller closes it.
    public static func open(_ name: String, in parent: CInt) -> CInt? {
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        return descriptor < 0 ? nil : descriptor
    }

    /// The names of what an open directory holds, in no order, but for those that are no UTF-8.
    public static func names(in parent: CInt) throws(SystemCallError) -> [String] {
        try rawNames(in: parent).compactMap { String(validating: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
    }

    /// The names of what an open directory holds, in no order: bytes, and a NUL at the end. A name may hold any other byte.
    static func rawNames(in parent: CInt) throws(SystemCallError) -> [[CChar]] {
        let descriptor = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCallError("open") }
        // fdopendir(3) owns the descriptor from here on.
        guard let directory = fdopendir(descriptor) else {
            close(descriptor)
            throw SystemCallError("fdopendir")
        }
        defer { closedir(directory) }
        let own: [[CChar]] = [Array(".".utf8CString), Array("..".utf8CString)]
        var names: [[CChar]] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0] }
            if !own.contains(name) { names.append(name) }
        }
        return names
    }

    /// Opens what `path` leads to below an open directory, wherever links on the way lead within it; nil for what is
    /// not there, or lies elsewhere (openat2(2), `RESOLVE_BENEATH`). The caller closes it.
    ///
    /// - Parameter flags: of `open(2)`; a link at the very end is not followed.
    public static func open(_ path: String, below top: CInt, _ flags: CInt) -> CInt? {
        // Unlike open(2), openat2(2) refuses what O_PATH would ignore.
        let waiting = flags & LINUX_O_PATH == 0 ? O_NONBLOCK : 0
        let descriptor = linux_open_beneath(top, path, flags | O_NOFOLLOW | O_CLOEXEC | waiting)
        return descriptor < 0 ? nil : descriptor
    }

    /// The status of an entry itself, not of what a link names; nil where it is gone.
    public static func status(of name: String, in parent: CInt) -> stat? {
        var status = stat()
        return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// What a plain file holds; nil for anything else, and for more than `limit` bytes. It is opened without blocking,
    /// because a FIFO would wait for a writer.
    public static func content(of name: String, in parent: CInt, atMost limit: Int) throws(SystemCallError) -> [UInt8]? {
        let file = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if [ENOENT, ELOOP, ENXIO].contains(errno) { return nil }
            throw SystemCallError("open", on: name)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count) }
            guard got >= 0 else { throw SystemCallError("read", on: name) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }
}
