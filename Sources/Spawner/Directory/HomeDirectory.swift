import Configuration
import Glibc
import LauncherProtocol
import UnixSockets

/// An account's home directory on this host.
struct HomeDirectory {
    let path: String
    private let account: Account
    private let creates: Bool

    init(of account: Account, _ configuration: HomeConfiguration) {
        self.account = account
        path = configuration.path(user: account.name, home: account.home, uid: account.uid)
        creates = configuration.create
    }

    /// Makes sure that it is there. **Blocks**, for as long as a file server needs.
    func prepare() throws(LauncherError) {
        guard account.home.hasPrefix("/"), account.home != "/", path.hasPrefix("/"), path != "/" else {
            throw LauncherError(
                .failed,
                "The account “\(account.name)” has no home directory of its own (“\(account.home)”). An administrator can give it one (usermod --home)."
            )
        }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw LauncherError(
                    .failed, "The home directory \(path) of “\(account.name)” is no directory. An administrator has to look at it.")
            }
            return
        }
        guard errno == ENOENT else { throw unusable(SystemCallError("stat", on: path)) }
        guard creates else {
            throw LauncherError(
                .failed,
                "The home directory \(path) of “\(account.name)” does not exist on this host. Ask an administrator to make or mount it, or to set homes.create."
            )
        }
        do {
            try ServerDirectory.make(path, mode: 0o700, uid: account.uid, gid: account.gid)
        } catch  where error.code == EEXIST {
            // Another start of the same account was quicker.
        } catch {
            throw unusable(error)
        }
    }

    private func unusable(_ error: SystemCallError) -> LauncherError {
        LauncherError(.failed, "The home directory of “\(account.name)” can't be used (\(error)). Ask an administrator to look at it.")
    }
}
