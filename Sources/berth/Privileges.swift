import CLinux
import Glibc

/// Why a process could not become the account it should run as.
struct PrivilegeError: Error, CustomStringConvertible {
    let description: String
}

/// Gives root up for good, in favour of `user`: its groups, its GID, its UID, and no way back
/// (`setresuid(2)`, `no_new_privs`). Does nothing where this process is not root.
func dropPrivileges(to user: String) throws(PrivilegeError) {
    guard getuid() == 0 else { return }
    guard let entry = getpwnam(user)?.pointee else {
        throw PrivilegeError(
            description: """
                The account “\(user)” that the gateway runs as does not exist. Make it: \
                useradd --system --no-create-home --shell /usr/sbin/nologin \(user)
                """)
    }
    guard entry.pw_uid != 0 else {
        throw PrivilegeError(description: "gateway.user is root. The gateway must run as an account that owns nothing.")
    }
    guard initgroups(user, entry.pw_gid) == 0,
        setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid) == 0,
        setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid) == 0,
        linux_no_new_privileges() == 0,
        setuid(0) != 0
    else {
        throw PrivilegeError(description: "The gateway could not become “\(user)”: \(String(cString: strerror(errno))).")
    }
}
