import Foundation
import Glibc
import Processes
import UnixSockets

/// Runs the `git` command on one bare repository, as an account that has nothing but that. Everything about it is
/// decided here, not by configuration files of the host.
struct Git {
    let repository: String
    /// Whom git runs as, a UID and GID: what it reads was written by people.
    let account: UInt32
    /// Where the objects of a push lie that is not accepted yet (git-receive-pack(1), “Quarantine environment”).
    var quarantine: String?
    /// What it may take, as `ulimit` commands of the shell.
    var limits: String?
    /// Further variables.
    var variables: [String] = []
    /// Seconds after which it is ended; nil for never.
    var timeout: Double?

    /// What a run of git gave.
    struct Output {
        let status: Int32
        let bytes: Data
        let errors: String
        var timedOut = false
    }

    /// Runs `git ARGUMENTS` with `input` on its standard input. Blocks until it ends.
    func run(_ arguments: [String], input: Data = Data()) throws(FileError) -> Output {
        let work = NSTemporaryDirectory() + "/berth-git-" + UUID().uuidString
        try makeDirectory(work, mode: 0o700)
        defer { try? FileManager.default.removeItem(atPath: work) }
        // Files rather than pipes: neither side can wait for the other.
        let (inputPath, outputPath, errorPath) = (work + "/in", work + "/out", work + "/err")
        try writeNew(input, to: inputPath, mode: 0o600)
        let status = try spawn(arguments, inputPath: inputPath, outputPath: outputPath, errorPath: errorPath)
        return Output(
            status: status, bytes: (try? Data(contentsOf: URL(filePath: outputPath))) ?? Data(),
            errors: (try? String(contentsOf: URL(filePath: errorPath), encoding: .utf8)) ?? "",
            timedOut: status == 128 + SIGKILL)
    }

    private func spawn(
        _ arguments: [String], inputPath: String, outputPath: String, errorPath: String
    ) throws(FileError) -> Int32 {
        let input = try Self.open(inputPath, O_RDONLY)
        defer { close(input) }
        let output = try Self.open(outputPath, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(output) }
        let errors = try Self.open(errorPath, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(errors) }
        do throws(SystemCallError) {
            let child = try ChildProcess(
                Self.command(as: account, limits: limits) + arguments, environment: environment, input: input, output: output,
                errors: errors)
            return child.waitForEnd(within: timeout)
        } catch {
            throw FileError("run", "git (are the packages git and util-linux installed?)", code: error.code)
        }
    }

    /// What every run of git on this repository is told; nothing of this process's own environment.
    private var environment: [String] {
        var variables = ["GIT_DIR=\(repository)"] + Self.surroundings + variables
        if let quarantine {
            variables += ["GIT_OBJECT_DIRECTORY=\(quarantine)", "GIT_ALTERNATE_OBJECT_DIRECTORIES=\(repository)/objects"]
        }
        return variables
    }

    /// The words that start git.
    static func command(as account: UInt32, limits: String? = nil) -> [String] {
        let git = becoming(account) + ["git"]
        guard let limits else { return git }
        return ["/bin/sh", "-c", limits + "; exec \"$@\"", "sh"] + git
    }

    /// The words before a program that run it as `account`: without other groups, without capabilities, and without a
    /// way to more (setpriv(1)).
    static func becoming(_ account: UInt32) -> [String] {
        ["setpriv", "--reuid", "\(account)", "--regid", "\(account)", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
    }

    /// Keeps every configuration of the host and of accounts away.
    static let surroundings = [
        "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/nonexistent", "PATH=/usr/local/bin:/usr/bin:/bin",
        "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0",
    ]

    /// Settings that come before any file's (git-config(1), “Environment”).
    static func variables(for settings: [(String, String)]) -> [String] {
        ["GIT_CONFIG_COUNT=\(settings.count)"]
            + settings.enumerated().flatMap { index, setting in
                ["GIT_CONFIG_KEY_\(index)=\(setting.0)", "GIT_CONFIG_VALUE_\(index)=\(setting.1)"]
            }
    }

    private static func open(_ path: String, _ flags: CInt) throws(FileError) -> CInt {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
        return descriptor
    }
}
