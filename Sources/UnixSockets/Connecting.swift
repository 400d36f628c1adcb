import CLinux
import Glibc

/// Connects to a Unix stream socket of our own making at `path`.
///
/// For a path that a stranger could have touched use ``connectToHostileSocket(named:in:owner:nonBlocking:)``.
public func connectToUnixSocket(at path: String, nonBlocking: Bool = false) throws(SystemCallError) -> CInt {
    let descriptor = try openStreamSocket(nonBlocking: nonBlocking)
    do throws(SystemCallError) {
        try withUnixAddress(path) { address, length throws(SystemCallError) in
            guard connect(descriptor, address, length) == 0 else { throw SystemCallError("connect", on: path) }
        }
        return descriptor
    } catch {
        close(descriptor)
        throw error
    }
}

/// Why a socket in a directory that belongs to a stranger was not used.
public enum HostileSocketError: Error, Sendable, CustomStringConvertible {
    /// There is nothing under that name yet, or nobody listens on it.
    case notListening(SystemCallError)
    /// What is there is a symbolic link or no socket at all.
    case notASocket(name: String)
    /// The one who listens is not the owner of the directory.
    case wrongListener(expected: uid_t, found: uid_t)
    /// The directory is missing, or the kernel refused for another reason.
    case failed(SystemCallError)

    public var description: String {
        switch self {
        case .notListening(let error): "nobody listens there yet (\(error))"
        case .notASocket(let name): "“\(name)” is a link or not a socket; the server's directory was tampered with"
        case .wrongListener(let expected, let found):
            "the process that listens belongs to UID \(found), not to UID \(expected); the connection was dropped"
        case .failed(let error): "\(error)"
        }
    }
}

/// Connects to the socket `name` in `directory`, which belongs to the user `owner`, who
/// may have put anything there.
///
/// The directory is opened without following a link, the socket by `O_PATH|O_NOFOLLOW`
/// relative to it, and the connection goes to that very inode through `/proc/self/fd`,
/// so nothing can be swapped in between. After connecting, the listener's UID must be
/// `owner`. Returns a close-on-exec descriptor that the caller owns. Never blocks: a
/// Unix connect answers at once, with `EAGAIN` where the backlog is full.
public func connectToHostileSocket(
    named name: String, in directory: String, owner: uid_t, nonBlocking: Bool = true
) throws(HostileSocketError) -> CInt {
    let folder = open(directory, LINUX_O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { throw .failed(SystemCallError("open", on: directory)) }
    defer { close(folder) }

    let inode = openat(folder, name, LINUX_O_PATH | O_NOFOLLOW | O_CLOEXEC)
    guard inode >= 0 else { throw .notListening(SystemCallError("open", on: "\(directory)/\(name)")) }
    defer { close(inode) }

    var status = stat()
    guard fstat(inode, &status) == 0 else { throw .failed(SystemCallError("fstat", on: name)) }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(name: name) }

    let descriptor: CInt
    do throws(SystemCallError) {
        descriptor = try connectToUnixSocket(at: "/proc/self/fd/\(inode)", nonBlocking: nonBlocking)
    } catch {
        throw error.code == ECONNREFUSED || error.code == EAGAIN ? .notListening(error) : .failed(error)
    }
    guard let listener = try? PeerCredentials(of: descriptor) else {
        close(descriptor)
        throw .failed(SystemCallError("getsockopt(SO_PEERCRED)", on: name))
    }
    guard listener.uid == owner else {
        close(descriptor)
        throw .wrongListener(expected: owner, found: listener.uid)
    }
    return descriptor
}

private func openStreamSocket(nonBlocking: Bool) throws(SystemCallError) -> CInt {
    let kind =
        CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        | (nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw SystemCallError("socket") }
    return descriptor
}
