import CLinux
import Foundation
import Glibc

/// Writes a file so that it is either there with all of `bytes`, also after a crash, or not at all.
///
/// - Parameter waiting: Whether to wait for the disk; else the caller does, once for all (``syncFileSystem(of:)``).
func writeWhole(_ bytes: Data, to path: String, mode: mode_t = 0o600, waiting: Bool = true) throws(FileError) {
    let part = path + ".part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError("write", path) }
    defer { close(descriptor) }
    do { try write(bytes, to: descriptor, path) } catch {
        unlink(part)
        throw error
    }
    guard fchmod(descriptor, mode) == 0, !waiting || fsync(descriptor) == 0, rename(part, path) == 0 else {
        let error = FileError("write", path)
        unlink(part)
        throw error
    }
}

/// Makes a file where there is none and no link, without waiting for the disk.
func writeNew(_ bytes: Data, to path: String, mode: mode_t = 0o644) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError("write", path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path)
    guard fchmod(descriptor, mode) == 0 else { throw FileError("write", path) }
}

private func write(_ bytes: Data, to descriptor: CInt, _ path: String) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError("write", path) }
        rest = rest.dropFirst(count)
    }
}

/// Makes a file of the first `size` bytes of an open one, without waiting for the disk, and without reading them into
/// memory.
func copyNew(_ source: CInt, size: Int, to path: String, mode: mode_t = 0o644) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError("write", path) }
    defer { close(descriptor) }
    var rest = size
    while rest > 0 {
        let count = sendfile(descriptor, source, nil, rest)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileError("write", path) }
        // It has become shorter.
        if count == 0 { break }
        rest -= count
    }
    guard fchmod(descriptor, mode) == 0 else { throw FileError("write", path) }
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
