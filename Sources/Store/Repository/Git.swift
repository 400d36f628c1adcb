import Foundation
import Glibc

/// Runs the `git` command on one bare repository. Everything about it is decided here, not by
/// configuration files of the host.
struct Git {
    let repository: String

    /// What a run of git gave.
    struct Output {
        let status: Int32
        let bytes: Data
        let errors: String
    }

    /// Runs `git ARGUMENTS` with `input` on its standard input. Blocks until it ends.
    func run(_ arguments: [String], input: Data = Data()) throws(FileError) -> Output {
        let work = NSTemporaryDirectory() + "/berth-git-" + UUID().uuidString
        try makeDirectory(work, mode: 0o700)
        defer { try? FileManager.default.removeItem(atPath: work) }
        // Files rather than pipes: neither side can wait for the other.
        let (inputPath, outputPath, errorPath) = (work + "/in", work + "/out", work + "/err")
        try writeWhole(input, to: inputPath)
        let status = try spawn(arguments, inputPath: inputPath, outputPath: outputPath, errorPath: errorPath)
        return Output(
            status: status, bytes: (try? Data(contentsOf: URL(filePath: outputPath))) ?? Data(),
            errors: (try? String(contentsOf: URL(filePath: errorPath), encoding: .utf8)) ?? "")
    }

    private func spawn(
        _ arguments: [String], inputPath: String, outputPath: String, errorPath: String
    ) throws(FileError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

        let environment = [
            "GIT_DIR=\(repository)", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/nonexistent",
            "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0",
        ]
        var process = pid_t()
        let code = withCStrings(["git"] + arguments) { arguments in
            withCStrings(environment) { posix_spawnp(&process, "git", &actions, nil, arguments, $0) }
        }
        guard code == 0 else { throw FileError("run", "git (is the package installed?)", code: code) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw FileError("wait for", "git") }
        }
        // The exit status is in the second byte; a signal in the first.
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// The array of C strings that `exec` takes, for the time of `body`.
    private func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }
}
