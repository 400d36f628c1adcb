import Configuration
import Glibc

/// What stands where the administrator's mounts come from. A container keeps what it has mounted when another directory
/// takes the name, as a mirror's next version may.
struct MountSources: Sendable {
    private let paths: [String]
    private let found: [Identity?]

    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t

        /// Nil where nothing is.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, inode) = (status.st_dev, status.st_ino)
        }
    }

    /// Looks now; blocks.
    init(_ mounts: [SharedDirectory]) {
        paths = mounts.map(\.source)
        found = paths.map(Identity.init)
    }

    /// Whether it is still the same; blocks.
    var areUnchanged: Bool { paths.map(Identity.init) == found }
}
