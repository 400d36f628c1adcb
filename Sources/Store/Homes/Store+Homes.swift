import CLinux
import Environments
import Foundation
import Glibc
import LauncherProtocol
import Phrases
import Processes
import UnixSockets

/// Environments made by hand, taken over from people's home directories. The launcher never looks into a home
/// itself: a process with the person's own rights does, and what it says is believed as far as the person is.
extension Store {
    private enum Bound {
        /// Seconds of computing; blocks of 512 bytes of what it says.
        static let limits = "ulimit -t 60; ulimit -f 131072"
        /// Seconds in all: homes may lie on a slow server.
        static let time = 120.0
    }

    /// What finds and reads: the program to start anew, and its arguments.
    public enum HomeQuestion: Sendable {
        case find
        case read(path: String)

        var arguments: [String] {
            switch self {
            case .find: ["find"]
            case .read(let path): ["read", path]
            }
        }
    }

    public func homeEnvironments(of account: Account) async throws(StoreError) -> [HomeEnvironment] {
        try await ask(.find, of: account)
    }

    public func homeEnvironment(at path: String, of account: Account) async throws(StoreError) -> ReadHomeEnvironment.Outcome {
        try await ask(.read(path: path), of: account)
    }

    /// Makes an environment of one in the account's home.
    public func adopt(
        _ path: String, as form: AdoptEnvironment.Form, name: String?, for account: Account,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        progress(BuildProgress(.reading, "Reading ~/\(path)"))
        let found = try await homeEnvironment(at: path, of: account)
        let owner = Owner(name: account.name, uid: account.uid), message = "Adopt ~/\(path.prefix(150))"
        switch form {
        case .history, .noBuilds:
            return try await create(
                for: owner, environment: name ?? found.name, recipe: form == .history ? found.fromHistory : found.noBuilds,
                message: message,
                progress: progress)
        case .exact:
            let name = try checked(name ?? found.name)
            let version = try exactVersion(found)
            return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
                let build = try await builds.restore(version, by: owner.uid, progress: progress)
                return try await keep(version, built: build, as: name, for: owner, message: message, progress: progress)
            }
        }
    }

    /// The lock is whatever the person's files say, so it is judged like a stranger's.
    private func exactVersion(_ found: ReadHomeEnvironment.Outcome) throws(StoreError) -> EnvironmentVersion {
        guard let lock = try? Lock(json: found.lock) else {
            throw StoreError(.failed, "The lock of this environment can't be read.")
        }
        if let problem = lock.problem(on: Platform.host) {
            throw StoreError(.invalid, "The exact packages can't be taken over. \(problem) Take over the recipe instead.")
        }
        guard lock.format == 1, LockFile(lock).isSound, lock.pipOptions.isEmpty, try read(found.fromHistory).variables == lock.variables
        else {
            throw StoreError(.invalid, "The records of this environment are not what installers write. Take over the recipe instead.")
        }
        return EnvironmentVersion(recipe: found.fromHistory, lock: lock, notices: found.notices)
    }

    /// Asks a process that becomes the account before it looks at anything; one at a time for each account.
    private func ask<Answer: Decodable & Sendable>(_ question: HomeQuestion, of account: Account) async throws(StoreError) -> Answer {
        try await turns.take("home/\(account.uid)") { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                let answer = try answer(question, of: account)
                guard answer.status == 0, let value = try? JSONDecoder().decode(Answer.self, from: answer.output) else {
                    let said = String(decoding: answer.errors.prefix(2000), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
                    throw StoreError(
                        .failed,
                        said.isEmpty ? "The home directory of “\(account.name)” could not be read in time." : Phrase(verbatim: said))
                }
                return value
            }
        }
    }

    private func answer(
        _ question: HomeQuestion, of account: Account
    ) throws(StoreError) -> (status: Int32, output: Data, errors: Data) {
        let home = homes.path(user: account.name, home: account.home, uid: account.uid)
        do throws(FileError) {
            let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
            let (output, errors) = (try NamelessFile(), try NamelessFile())
            defer { close(null) }
            let command = ["home-environments", "--account", account.name, "--home", home, "--"] + question.arguments
            do throws(SystemCallError) {
                let child = try ChildProcess(
                    ["/bin/sh", "-c", Bound.limits + "; exec /proc/$PPID/exe \"$@\"", "sh"] + command,
                    environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"], input: null, output: output.descriptor,
                    errors: errors.descriptor)
                return (child.waitForEnd(within: Bound.time), output.contents, errors.contents)
            } catch { throw FileError("start", "the reader of homes", code: error.code) }
        } catch {
            throw StoreError.from(error, doing: "read the home directory of “\(account.name)”", layout: layout)
        }
    }
}

/// A file without a name, for what a program says: it can't wait for its reader, and is gone afterwards.
private final class NamelessFile {
    let descriptor: CInt

    init() throws(FileError) {
        descriptor = open("/tmp", LINUX_O_TMPFILE | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("make a file in", "/tmp") }
    }

    deinit { close(descriptor) }

    /// All that was written.
    var contents: Data {
        lseek(descriptor, 0, SEEK_SET)
        return (try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd()) ?? Data()
    }
}
