import Glibc

/// Digests of files that nobody needs to read again: files of the store, by their inodes.
///
/// It holds only as long as the store's own name of each file does: then no other file can get its inode, and
/// nobody but the installer may write it.
struct KnownDigests: Sendable {
    private var digests: [ino_t: String] = [:]

    init() {}

    /// Notes the file that `inode` is of.
    mutating func note(_ digest: String, inode: ino_t) { digests[inode] = digest }

    /// Nil where the file's content is not known; one that has no other name than this is never known.
    subscript(_ status: stat) -> String? { status.st_nlink > 1 ? digests[status.st_ino] : nil }
}
