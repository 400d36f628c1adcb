import CLinux
import Dispatch
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

        let program = command.first ?? ""
        var id = pid_t()
        let code = withFreshSession { attributes in
            withCStrings(command) { arguments in
                withCStrings(environment) { posix_spawnp(&id, program, &actions, &attributes, arguments, $0) }
            }
        }
        guard code == 0 else { throw SystemCallError("posix_spawn", on: program, code: code) }
        process = id
    }

    /// Waits for its end, ends what it has left behind, and gives its exit status; 128 and the signal's number
    /// where a signal ended it. **Blocks.** Call it exactly once.
    ///
    /// - Parameter limit: seconds after which it is ended; nil for never.
    public func waitForEnd(within limit: Double? = nil) -> Int32 {
        let clock = DispatchWorkItem { self.kill() }
        if let limit { DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: clock) }
        defer { clock.cancel() }
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
