import Environments
import Glibc
import UnixSockets
import UntrustedFiles

/// The repositories belong to git's account. What lies around them is root's: the account passes through, by its
/// group, and sees what is there of no directory above a repository.
extension Repositories {
    /// Makes a directory for repositories.
    func makePassage(_ path: String) throws(FileError) { try makeDirectory(path, mode: 0o710, group: account) }

    /// Gives git's account the repositories that belong to another one: to root, as which git once ran and as which
    /// somebody brings a copy back, or to a UID that was configured before. Gives what went wrong.
    func takeOver() throws(StoreError) -> [FileError] {
        var failures: [FileError] = []
        for uid in try owners() {
            let present = try names(for: uid).map { layout.repository($0, of: uid) }
            for path in present + removed(for: uid).map({ layout.removed($0, of: uid) }) {
                do throws(FileError) { try takeOver(path) } catch { failures.append(error) }
            }
            // They let nobody in before what is in them is whose it should be.
            for path in [layout.removed(of: uid), layout.repositories + "/\(uid)"] {
                do throws(FileError) {
                    if access(path, F_OK) == 0 { try makePassage(path) }
                } catch { failures.append(error) }
            }
        }
        return failures
    }

    /// The directory itself is given last, so whom it belongs to says whether all of it is done, also after a crash.
    private func takeOver(_ path: String) throws(FileError) {
        let top = try OpenDirectory(path)
        let owner = try top.status.st_uid
        guard owner != account else { return }
        guard fchmod(top.descriptor, 0o700) == 0 else { throw FileError("change the mode of", path) }
        try give(top, from: owner, depth: 0)
    }

    /// Gives a directory and what is in it; what belongs to a third one stays as it is.
    private func give(_ directory: borrowing OpenDirectory, from owner: uid_t, depth: Int) throws(FileError) {
        guard depth < Bound.depth else { throw FileError("give away", directory.path, code: ELOOP) }
        let names: [String]
        do throws(SystemCallError) { names = try UntrustedDirectory.names(in: directory.descriptor) } catch {
            throw FileError("read", directory.path, code: error.code)
        }
        for name in names {
            let path = "\(directory.path)/\(name)"
            guard let status = UntrustedDirectory.status(of: name, in: directory.descriptor), status.st_uid == owner else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try give(try OpenDirectory(name, in: directory.descriptor, as: path), from: owner, depth: depth + 1)
            } else if fchownat(directory.descriptor, name, account, account, AT_SYMLINK_NOFOLLOW) != 0 {
                throw FileError("change the owner of", path)
            }
        }
        guard fchown(directory.descriptor, account, account) == 0 else { throw FileError("change the owner of", directory.path) }
    }

    private enum Bound {
        /// Levels of directories; git makes no more than a few.
        static let depth = 32
    }
}
