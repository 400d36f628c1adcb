import Glibc

/// The names that files of the store lose when builds are removed.
struct LeavingNames {
    private var counts: [ino_t: nlink_t] = [:]

    /// Reads the trees that will be removed; blocks.
    init(_ trees: [String]) throws(FileError) {
        for tree in trees {
            try Tree.walk(tree) { (_, status) throws(FileError) in
                if status.st_nlink > 1, status.st_mode & S_IFMT == S_IFREG { counts[status.st_ino, default: 0] += 1 }
            }
        }
    }

    /// Whether the file at `path` has no other name once the trees are gone.
    func isLast(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_nlink - (counts[status.st_ino] ?? 0) <= 1
    }
}
