import Glibc

/// A FIFO by which a container that waits hears that its request is written.
///
/// This end is open for reading too, so it is never the first and what is written is never lost. When it closes, as it
/// does with the launcher's end, whoever waits at the other one reads the end.
final class Bell: Sendable {
    private let descriptor: CInt

    /// Makes it, where nothing is.
    init(at path: String) throws(FileError) {
        // Again the mode, which a umask may have narrowed.
        guard mkfifo(path, 0o644) == 0, chmod(path, 0o644) == 0 else { throw FileError("make", path) }
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path) }
    }

    deinit { close(descriptor) }

    /// Once; a pipe has room for that.
    func ring() { _ = write(descriptor, "!", 1) }
}
