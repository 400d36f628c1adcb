import Foundation
import LauncherProtocol
import Synchronization

/// What git's hooks do during a push: ask the launcher, and pass on what it says. Nothing of the repository is
/// looked at here, and nothing of it is run.
public struct PushHook: Sendable {
    /// The hooks there are (githooks(5)).
    public enum Kind: String, CaseIterable, Sendable {
        /// Whether the push may be taken at all.
        case preReceive = "pre-receive"
        /// Moves `main`.
        case procReceive = "proc-receive"
    }

    /// How the launcher tells the hook what it is about.
    public enum Variable {
        /// The launcher's socket.
        public static let launcher = "BERTH_LAUNCHER"
        /// The push's own secret.
        public static let push = "BERTH_PUSH"
    }

    /// The hook was not started by git for a push of Berth's.
    public struct Misplaced: Error, CustomStringConvertible {
        public let description = "git-hook is run by git during a push, and is no command for people."
    }

    private let launcher: any LauncherCalling
    private let push: String
    private let quarantine: String?

    /// - Parameter environment: the process's variables.
    public init(environment: [String: String]) throws(Misplaced) {
        guard let socket = environment[Variable.launcher], let push = environment[Variable.push] else { throw Misplaced() }
        launcher = LauncherClient(path: socket)
        self.push = push
        quarantine = environment["GIT_QUARANTINE_PATH"].map { URL(filePath: $0).lastPathComponent }
    }

    /// Runs the hook; gives its exit status. What it says goes to standard error, which git shows to whoever pushes.
    public func run(_ kind: Kind) async -> Int32 {
        switch kind {
        case .preReceive: await preReceive()
        case .procReceive: await procReceive()
        }
    }

    private func preReceive() async -> Int32 {
        var updates: [ReferenceUpdate] = []
        while let line = readLine() {
            guard let update = ReferenceUpdate(line: line) else { continue }
            updates.append(update)
        }
        let phase = Mutex<BuildProgress.Phase?>(nil)
        do throws(LauncherError) {
            _ = try await launcher.call(JudgePush(push: push, quarantine: quarantine ?? "", updates: updates)) { step in
                let isNew = phase.withLock { phase in
                    defer { phase = step.phase }
                    return phase != step.phase
                }
                if isNew { say(step.message.english) }
            }
            return 0
        } catch {
            say(error.message.english)
            for line in error.log { say("  " + line) }
            return 1
        }
    }

    /// The conversation of githooks(5), “proc-receive”.
    private func procReceive() async -> Int32 {
        var reader = PacketLine.Reader()
        do {
            _ = try lines(&reader)
            put(["version=1"])
            var answers: [String] = []
            for line in try lines(&reader) {
                guard let update = ReferenceUpdate(line: line) else { continue }
                do throws(LauncherError) {
                    let recorded = try await launcher.call(RecordPush(push: push, update: update))
                    say("The new version is \(recorded.version.prefix(12)). Its lock comes with your next “git pull”.")
                    for notice in recorded.notices { say("note: \(notice)") }
                    if recorded.layers.earlier > 0 {
                        say("What you had installed over an earlier version is not in it: the environment's page shows it, and saves it.")
                    }
                    answers.append("ok \(update.reference)")
                } catch {
                    say(error.message.english)
                    answers.append("ng \(update.reference) \(error.kind.rawValue)")
                }
            }
            put(answers)
            return 0
        } catch {
            say("Git said what is not understood.")
            return 1
        }
    }

    /// The lines up to the next flush.
    private func lines(_ reader: inout PacketLine.Reader) throws -> [String] {
        var lines: [String] = []
        while true {
            switch try reader.next() {
            case .line(let line): lines.append(line)
            case .flush: return lines
            case nil:
                let more = FileHandle.standardInput.availableData
                guard !more.isEmpty else { throw PacketLine.Reader.Malformed() }
                reader.feed(more)
            }
        }
    }

    private func put(_ lines: [String]) {
        let bytes = lines.compactMap(PacketLine.line).joined() + PacketLine.flush
        FileHandle.standardOutput.write(Data(bytes))
    }
}

/// To whoever pushes.
private func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

extension ReferenceUpdate {
    /// `OLD NEW REFERENCE`.
    fileprivate init?(line: String) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3 else { return nil }
        self.init(old: words[0], new: words[1], reference: words[2])
    }
}
