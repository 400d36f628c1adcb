import Foundation
import Glibc

/// Files of builds that are of no conda package, such as pip's, by what is in them: builds that have the same one share
/// it, so that the next version of an environment doesn't keep a further copy of all that pip installs.
///
/// `store/files/SHA256` is a further name of such a file, `store/files/SHA256.x` of one that can be run. Foreign code made
/// them, but the launcher computed the digest when no code ran any more, and nobody can write them since: they belong to
/// the builder, whose containers don't see them, and every server has them read-only or below its layer.
struct SharedFiles: Sendable {
    private let directory: String
    private let waiting: String

    /// - Parameter waiting: A directory of root's in the store's file system.
    init(_ layout: StoreLayout, waiting: String) {
        directory = layout.files
        self.waiting = waiting
    }

    /// Makes the file at `path` one with that of the same content, or keeps it as the first; blocks.
    ///
    /// - Parameters:
    ///   - path: As ``Tree`` gives it.
    ///   - status: Of the file, which nobody writes any more.
    ///   - digest: Of the file.
    /// - Returns: What is at `path` now; nil where the file stays the build's alone.
    func unite(_ path: [CChar], _ status: stat, digest: String) throws(FileError) -> stat? {
        // What has other names may be somebody's who can write it.
        guard status.st_nlink == 1, status.st_size > 0 else { return nil }
        let kept = "\(directory)/\(digest)" + (status.st_mode & 0o111 == 0 ? "" : ".x")
        if try !take(kept, as: path, size: status.st_size) {
            guard link(path, kept) == 0 else {
                // Others kept the same meanwhile, or it has all the names that it can have.
                if errno == EEXIST || errno == EMLINK { return nil }
                throw FileError("keep", path)
            }
        }
        var present = stat()
        guard lstat(path, &present) == 0 else { throw FileError("look at", path) }
        return present
    }

    /// False where nothing is kept, or it has all the names that it can have.
    private func take(_ kept: String, as path: [CChar], size: off_t) throws(FileError) -> Bool {
        let name = "\(waiting)/\(UUID().uuidString)"
        guard link(kept, name) == 0 else {
            if errno == ENOENT || errno == EMLINK { return false }
            throw FileError("link", kept)
        }
        var found = stat()
        // One that the disk has cut short helps nobody.
        guard lstat(name, &found) == 0, found.st_size == size, rename(name, path) == 0 else {
            unlink(name)
            return false
        }
        return true
    }

    /// Those that no build has once others are gone; blocks.
    static func unused(in layout: StoreLayout, once leaving: LeavingNames) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: layout.files).map { layout.files + "/" + $0 }.filter(leaving.isLast)
    }
}
