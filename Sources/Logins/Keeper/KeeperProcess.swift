import CLinux
import Dispatch
import Glibc
import Processes
import Synchronization
import UnixSockets

/// A keeper that this launcher has started: the process, and the channel to it.
final class KeeperProcess: Sendable {
    let process: pid_t
    let channel: KeeperChannel
    /// How the process ended, once it has been reaped: its number may then stand for another one.
    private let ending = Mutex<String?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts `command`: the path of an executable and its arguments. It gets a session
    /// and process group of its own, no descriptor but its channel, and no environment
    /// of the launcher's.
    init(command: [String]) throws(SystemCallError) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SystemCallError("socketpair") }
        channel = KeeperChannel(ends[0])
        channel.limitWaiting(sending: 1, receiving: nil)
        defer { close(ends[1]) }
        process = try Self.spawn(command, channel: ends[1])
        guard ProcessWatch(process, ended: { self.reap() }) != nil else {
            let error = SystemCallError("pidfd_open")
            kill()
            reap()
            throw error
        }
    }

    /// Ends the keeper and whatever its modules have started.
    func kill() {
        ending.withLock { ending in
            guard ending == nil else { return }
            // A stopped keeper neither starts more nor reaps, so its children's numbers stay theirs.
            Glibc.kill(process, SIGSTOP)
            for descendant in descendants(of: process) { Glibc.kill(descendant, SIGKILL) }
            Glibc.kill(process, SIGKILL)
        }
        channel.hangUp()
    }

    /// Waits for the end of the process and tells how it ended. **Blocks.** Call it at most once.
    func waitForEnd() -> String {
        ended.wait()
        return ending.withLock { $0 } ?? ""
    }

    private func reap() {
        ending.withLock { ending in
            var status: CInt = 0
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            ending =
                signal == 0
                ? "exit status \((status >> 8) & 0xFF)" : "signal \(signal), \(String(cString: strsignal(signal)))"
        }
        ended.signal()
    }

    private static func spawn(_ command: [String], channel: CInt) throws(SystemCallError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // First of all, since 0, 1 and 2 may be closed in the launcher and then be the channel's numbers.
        posix_spawn_file_actions_adddup2(&actions, channel, PAMKeeper.channelDescriptor)
        for standard in CInt(0)...2 {
            posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0)
        }
        linux_spawn_close_from(&actions, PAMKeeper.channelDescriptor + 1)

        var arguments = Self.strings(["berth"] + command.dropFirst())
        var environment = Self.strings(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"])
        defer { for text in arguments + environment { free(text) } }

        var process: pid_t = 0
        let executable = command.first ?? ""
        let code = withFreshSession { posix_spawn(&process, executable, &actions, &$0, &arguments, &environment) }
        guard code == 0 else { throw SystemCallError("posix_spawn", on: executable, code: code) }
        return process
    }

    /// C strings of `malloc(3)`, with a null pointer at the end.
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}
