import CLinux
import Dispatch
import Glibc

/// Notices the end of a process, of our own or not (`pidfd_open(2)`).
final class ProcessWatch: Sendable {
    private static let queue = DispatchQueue(label: "berth.processes")

    private let descriptor: CInt

    /// Calls `ended` once, on a queue of its own; nil if there is no such process.
    /// The watch lives until then, whether or not anybody holds it.
    init?(_ process: pid_t, ended: @escaping @Sendable () -> Void) {
        descriptor = pidfd_open(process, 0)
        guard descriptor >= 0 else { return nil }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
        source.setEventHandler {
            source.cancel()
            ended()
        }
        source.setCancelHandler { _ = self }
        source.resume()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Ends exactly the process that is watched, even if its number has been given away since.
    func kill() { pidfd_send_signal(descriptor, SIGKILL, nil, 0) }
}
