import CLinux
import Glibc
import Synchronization
import UnixSockets

/// A program that this process has started, in a session of its own: it and all that it starts end together.
///
/// ```swift
/// let child = try ChildProcess(["git", "version"], environment: ["PATH=/usr/bin"], input: null, output: file, errors: null)
/// let status = child.waitForEnd()
/// ```
public final class ChildProcess: Sendable {
    private let process: pid_t
    /// Once it has been reaped its number may stand for another one.
    private let isReaped = Mutex(false)

    /// Starts `command`: a program, looked for in `PATH` where it has no slash, and its arguments.
    ///
    /// - Parameters:
    ///   - environment: all of it, as `NAME=value`; nothing of this process's own is added.
    ///   - input: its standard input; like the other two a descriptor that stays the caller's. It gets no further ones.
    public init(
        _ command: [String], environment: [String], input: CInt, output: CInt, errors: CInt
    ) throws(SystemCallError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, standard) in zip([input, output, errors], CInt(0)...2) {
            posix_spawn_file_actions_adddup2(&actions, descriptor, standard)
        }
        linux_spawn_close_from(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | LINUX_POSIX_SPAWN_SETSID)

        let program = command.first ?? ""
        var id = pid_t()
        let code = withCStrings(command) { arguments in
            withCStrings(environment) { posix_spawnp(&id, program, &actions, &attributes, arguments, $0) }
        }
        guard code == 0 else { throw SystemCallError("posix_spawn", on: program, code: code) }
        process = id
    }

    /// Waits for its end, ends what it has left behind, and gives its exit status; 128 and the signal's number
    /// where a signal ended it. **Blocks.** Call it exactly once.
    public func waitForEnd() -> Int32 {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return isReaped.withLock { isReaped in
            Glibc.kill(-process, SIGKILL)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            isReaped = true
            // The exit status is in the second byte; a signal in the first.
            return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        }
    }

    /// Ends it and all of its session. Harmless where it has ended.
    public func kill() {
        isReaped.withLock { isReaped in
            if !isReaped { Glibc.kill(-process, SIGKILL) }
        }
    }
}

/// The array of C strings that `exec` takes, for the time of `body`.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(&pointers)
}
