import Glibc
import UnixSockets

/// Removes directories in which somebody else may write, and may do so meanwhile: every step is
/// taken from an open directory, no link is followed (`openat(2)`, `unlinkat(2)`), and a tree
/// however deep costs two descriptors and no recursion: what lies deeper is moved up first.
public enum UntrustedTree {
    /// Levels that are taken away before it is given up: somebody keeps making new ones.
    private static let mostLevels = 1_000_000

    /// Removes `path` with all that is in it. Succeeds where there is nothing. **Blocks.**
    public static func remove(_ path: String) throws(SystemCallError) {
        let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if top < 0 {
            switch errno {
            case ENOENT: return
            // A file, a socket or a link.
            case ENOTDIR, ELOOP, ENXIO: return try unlink(path, flags: 0)
            default: throw SystemCallError("open", on: path)
            }
        }
        defer { close(top) }
        var levels = 0
        while try removeLevel(of: top) {
            levels += 1
            guard levels < mostLevels else { throw SystemCallError("rmdir", on: path, code: ENOTEMPTY) }
        }
        try unlink(path, flags: AT_REMOVEDIR)
    }

    /// Removes what `top` holds, but for directories with something in them: what those hold
    /// comes up. Returns whether anything is left.
    private static func removeLevel(of top: CInt) throws(SystemCallError) -> Bool {
        var isLeft = false
        for name in try UntrustedDirectory.rawNames(in: top) where try !removeSimple(top, name) {
            isLeft = true
            try raise(name, to: top)
        }
        return isLeft
    }

    /// Removes a file, a link or an empty directory; false for a directory that is not empty.
    private static func removeSimple(_ parent: CInt, _ name: [CChar]) throws(SystemCallError) -> Bool {
        if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return true }
        guard errno == EISDIR else { throw error("unlink", name) }
        if unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return true }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw error("rmdir", name) }
        return false
    }

    /// Moves the directories that `name` holds into `top`, and removes all else in it.
    private static func raise(_ name: [CChar], to top: CInt) throws(SystemCallError) {
        let directory = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { throw error("open", name) }
        defer { close(directory) }
        for entry in try UntrustedDirectory.rawNames(in: directory) where try !removeSimple(directory, entry) {
            let fresh = "removed-" + String(UInt64.random(in: .min ... .max), radix: 16)
            guard renameat(directory, entry, top, fresh) == 0 else { throw error("rename", entry) }
        }
    }

    private static func unlink(_ path: String, flags: CInt) throws(SystemCallError) {
        guard unlinkat(AT_FDCWD, path, flags) == 0 || errno == ENOENT else { throw SystemCallError("unlink", on: path) }
    }

    private static func error(_ call: String, _ name: [CChar]) -> SystemCallError {
        let code = errno
        return SystemCallError(call, on: String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self), code: code)
    }
}
