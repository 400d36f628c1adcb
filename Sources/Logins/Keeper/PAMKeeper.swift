import CLinux
import Glibc

/// The process that runs one PAM conversation and then keeps its session: what the
/// hidden subcommand `pam-keeper` does.
///
/// It is started by ``Logins`` with one end of a socket pair as descriptor 3, works
/// with one thread and blocks as its modules do: one that hangs or crashes harms this
/// process alone. It outlives the launcher once the session is there.
public enum PAMKeeper {
    /// The descriptor the keeper finds its launcher on.
    static let channelDescriptor: CInt = 3

    /// Runs to the end of the session; returns the process's exit status.
    public static func main() -> Int32 {
        seclude()
        // A module's own children must not keep the conversation open.
        guard fcntl(channelDescriptor, F_SETFD, FD_CLOEXEC) == 0 else { return 2 }
        let channel = KeeperChannel(channelDescriptor)
        guard case .note(.begin(let order)) = channel.receive() else { return 2 }
        // Should the launcher be gone when the time is up, nobody else would end this.
        alarm(UInt32(order.deadline) + 30)
        return Keeper(order: order, channel: channel).run()
    }

    /// Makes sure that the password is in no core dump and that no other process of
    /// this host's users can look into this one.
    private static func seclude() {
        _ = linux_forbid_core_dumps()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        umask(0o022)
        _ = chdir("/")
        signal(SIGPIPE, SIG_IGN)
    }
}
