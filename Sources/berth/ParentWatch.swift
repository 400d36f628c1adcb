import CLinux
import Foundation
import Glibc

/// Sends this process SIGTERM when the one that started it ends, however it ends.
///
/// `PR_SET_PDEATHSIG` would not do: it is forgotten when a process changes its UID, as the
/// gateway does, and when the thread that asked for it ends (prctl(2)).
func endWithParent() {
    let parent = pidfd_open(getppid(), 0)
    guard parent >= 0 else { return }
    let thread = Thread {
        var wait = pollfd(fd: parent, events: Int16(POLLIN), revents: 0)
        while poll(&wait, 1, -1) < 0, errno == EINTR {}
        kill(getpid(), SIGTERM)
    }
    thread.name = "parent"
    thread.start()
}
