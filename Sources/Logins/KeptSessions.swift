import Foundation
import Logging
import UnixSockets

/// The PAM sessions that keepers hold, and when they close.
///
/// The keepers themselves are the record: each listens on a socket in one directory, and
/// a launcher that was started anew finds there what the one before has left.
actor KeptSessions {
    private struct Kept {
        let account: String
        /// Hub sessions that hang on it.
        var holders: Int
        let watch: ProcessWatch
    }

    private let runtime: String
    private let directory: String
    private let logger: Logger
    private var kept: [String: Kept] = [:]
    /// Accounts with servers; nil as long as nobody has told.
    private var running: Set<String>?

    init(runtime: String, logger: Logger) {
        self.runtime = runtime
        directory = "\(runtime)/logins"
        self.logger = logger
    }

    /// Where the keeper of `session` listens.
    nonisolated func path(of session: String) -> String { "\(directory)/\(session).sock" }

    /// The sessions there are.
    var identifiers: Set<String> { Set(kept.keys) }

    /// Makes the directory and takes over the keepers that listen in it.
    func adopt() async throws(SystemCallError) {
        for (path, mode) in [(runtime, 0o755), (directory, 0o700)] as [(String, mode_t)] {
            guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemCallError("mkdir", on: path) }
        }
        guard chown(directory, 0, 0) == 0, chmod(directory, 0o700) == 0 else { throw SystemCallError("chmod", on: directory) }

        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        await withTaskGroup { group in
            for name in names where name.hasSuffix(".sock") {
                group.addTask { await self.adopt(String(name.dropLast(5))) }
            }
        }
    }

    private func adopt(_ session: String) async {
        do throws(SystemCallError) {
            let answer = try await KeeperLine.ask(.describe, at: path(of: session), patience: 10)
            guard let answer, case .description(let description) = answer.note else {
                logger.warning("The keeper of a PAM session does not answer and is left alone: \(path(of: session))")
                return
            }
            keep(session, of: description.account, process: answer.process, holders: description.retired ? 0 : 1)
        } catch {
            unlink(path(of: session))
        }
    }

    /// Notes that `process` holds `session`.
    func keep(_ session: String, of account: String, process: pid_t, holders: Int) {
        let watch = ProcessWatch(process) { Task { await self.ended(session) } }
        guard let watch else { return ended(session) }
        kept[session] = Kept(account: account, holders: holders, watch: watch)
    }

    /// Lets go of `session` for one hub session.
    func release(_ session: String) async {
        guard kept[session] != nil else { return }
        kept[session]?.holders -= 1
        guard kept[session]?.holders == 0 else { return }
        // The keeper remembers it across a restart of the launcher.
        _ = try? await KeeperLine.ask(.retire, at: path(of: session), patience: 10)
        closeUnused()
    }

    /// Notes which accounts have servers.
    func serversChanged(running accounts: Set<String>) {
        running = accounts
        closeUnused()
    }

    private func closeUnused() {
        guard let running else { return }
        for (session, entry) in kept where entry.holders <= 0 && !running.contains(entry.account) {
            kept[session] = nil
            Task { await close(session, entry) }
        }
    }

    private func close(_ session: String, _ entry: Kept) async {
        let answer = try? await KeeperLine.ask(.close, at: path(of: session), patience: 60)
        switch answer?.note {
        case .closed(nil):
            logger.info("The PAM session of “\(entry.account)” is closed.")
        case .closed(let complaint?):
            logger.warning("The PAM session of “\(entry.account)” is closed, not cleanly: \(complaint)")
        default:
            logger.warning("The PAM session of “\(entry.account)” could not be closed in time; its process was ended.")
            entry.watch.kill()
            unlink(path(of: session))
        }
    }

    private func ended(_ session: String) {
        unlink(path(of: session))
        guard let entry = kept.removeValue(forKey: session) else { return }
        logger.warning("The PAM session of “\(entry.account)” has ended by itself.")
    }
}
