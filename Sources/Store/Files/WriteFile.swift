import CLinux
import Foundation
import Glibc

/// Writes a file so that it is either there with all of `bytes`, also after a crash, or not at all.
func writeWhole(_ bytes: Data, to path: String, mode: mode_t = 0o600) throws(FileError) {
    let part = path + ".part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError("write", path) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
            let error = FileError("write", path)
            unlink(part)
            throw error
        }
        rest = rest.dropFirst(count)
    }
    guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0, rename(part, path) == 0 else {
        let error = FileError("write", path)
        unlink(part)
        throw error
    }
}

/// Makes the entries of a directory survive a crash.
func syncDirectory(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError("write", path) }
}

/// Makes everything that was written to a file system survive a crash: what foreign processes wrote too.
func syncFileSystem(of path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path) }
    defer { close(descriptor) }
    guard syncfs(descriptor) == 0 else { throw FileError("write", path) }
}
