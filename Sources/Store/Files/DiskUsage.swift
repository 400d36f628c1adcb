import Glibc

/// Bytes on disk of trees, a file with several names counted once.
struct DiskUsage: Sendable {
    /// Bytes that all of it takes.
    private(set) var bytes = 0
    private var shared: [ino_t: (names: UInt64, seen: UInt64, bytes: Int)] = [:]

    /// Reads the trees; blocks.
    init(of trees: [String]) throws(FileError) {
        for tree in trees {
            try Tree.walk(tree) { (_, status) throws(FileError) in
                let size = Int(status.st_blocks) * 512
                guard status.st_nlink > 1, status.st_mode & S_IFMT != S_IFDIR else { return bytes += size }
                let known = shared[status.st_ino]
                if known == nil { bytes += size }
                shared[status.st_ino] = (UInt64(status.st_nlink), (known?.seen ?? 0) + 1, size)
            }
        }
    }

    /// Bytes that come free when these trees go: what has another name elsewhere stays.
    var freed: Int { bytes - shared.values.filter { $0.seen < $0.names }.reduce(0) { $0 + $1.bytes } }
}
