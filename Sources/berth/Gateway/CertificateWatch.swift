import Glibc

/// Notices that files are others than before: whoever renews a certificate does not tell Berth. They are looked at
/// again and again, because what is renewed is often a link, or a file on a server that tells of no change.
struct CertificateWatch {
    let files: [String]

    private enum Bound {
        static let interval = Duration.seconds(5)
    }

    private struct Mark: Equatable {
        let inode: ino_t
        let size: off_t
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (inode, size) = (status.st_ino, status.st_size)
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    /// Calls `changed` after each change until the task is cancelled; where one file comes after the other, after each.
    func run(_ changed: () -> Void) async {
        var seen = files.map(Mark.init)
        while (try? await Task.sleep(for: Bound.interval)) != nil {
            let now = files.map(Mark.init)
            guard now != seen else { continue }
            // Before it is read: what changes meanwhile is noticed the next time.
            seen = now
            changed()
        }
    }
}
