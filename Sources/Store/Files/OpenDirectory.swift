import Foundation
import Glibc

/// An open directory: what is in it is reached by its name alone, without walking a path again. It closes itself.
struct OpenDirectory: ~Copyable, Sendable {
    let descriptor: CInt
    /// For errors.
    let path: String

    /// Opens the directory `path`, which is no link.
    ///
    /// - Parameters:
    ///   - parent: What a relative path is below.
    ///   - whole: The path for errors; nil where `path` will do.
    init(_ path: String, in parent: CInt = AT_FDCWD, as whole: String? = nil) throws(FileError) {
        descriptor = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        self.path = whole ?? path
        guard descriptor >= 0 else { throw FileError("open", path) }
    }

    deinit { close(descriptor) }

    /// The status of the directory itself.
    var status: stat {
        get throws(FileError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw FileError("look at", path) }
            return status
        }
    }

    /// Makes a directory in it that is open to all.
    func makeDirectory(_ name: String, owner: UInt32) throws(FileError) {
        guard mkdirat(descriptor, name, 0o777) == 0, fchmodat(descriptor, name, 0o777, 0) == 0,
            owner == 0 || fchownat(descriptor, name, owner, owner, AT_SYMLINK_NOFOLLOW) == 0
        else { throw FileError("make", "\(path)/\(name)") }
    }

    /// Gives a file another name, here.
    ///
    /// - Parameter directory: What a relative `source` is below.
    func share(_ source: String, in directory: CInt = AT_FDCWD, as name: String) throws(FileError) {
        guard linkat(directory, source, descriptor, name, 0) == 0 else { throw FileError("link", "\(path)/\(name)") }
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws(FileError) {
        guard symlinkat(target, descriptor, name) == 0 else { throw FileError("link", "\(path)/\(name)") }
    }

    /// Removes a file or a link; false where there is none.
    func remove(_ name: String) throws(FileError) -> Bool {
        if unlinkat(descriptor, name, 0) == 0 { return true }
        guard errno == ENOENT else { throw FileError("replace", "\(path)/\(name)") }
        return false
    }

    /// The status of a file or link in it, which is given to `owner` and gets the mode that files of builds have.
    func settle(_ name: String, owner: UInt32) throws(FileError) -> stat {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw FileError("look at", "\(path)/\(name)") }
        try Tree.settle(name, in: descriptor, status, owner: owner)
        return status
    }
}
