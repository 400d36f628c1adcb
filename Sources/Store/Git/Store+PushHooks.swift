import Foundation
import Glibc
import Processes

/// The hooks by which git asks the launcher about pushes: one directory for all repositories, which is root's.
extension Store {
    /// Writes the hooks that git asks about pushes: they start `program` anew.
    public func writePushHooks(program: String) throws(StoreError) {
        do {
            // Git's account runs them, and changes nothing of them.
            try makeDirectory(layout.pushHooks, mode: 0o711)
            let quoted = "'" + program.replacing("'", with: "'\\''") + "'"
            for hook in PushHook.Kind.allCases {
                try writeWhole(
                    Data("#!/bin/sh\nexec \(quoted) git-hook \(hook.rawValue)\n".utf8), to: "\(layout.pushHooks)/\(hook.rawValue)",
                    mode: 0o755)
            }
            try checkReach(of: program)
        } catch {
            throw StoreError.from(error, doing: "write the hooks for pushes", layout: layout)
        }
    }

    /// Refuses a program that git's account can't run: every push would fail.
    private func checkReach(of program: String) throws {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let test = try ChildProcess(
            Git.becoming(repositories.account) + ["test", "-x", program], environment: Git.surroundings, input: null, output: null,
            errors: null)
        guard test.waitForEnd() == 0 else {
            throw StoreError(
                .unavailable,
                "Git's hooks run as UID \(repositories.account) (environments.git_uid), which can't run \(program). Install Berth where every account may run it, such as /usr/bin."
            )
        }
    }
}

extension StoreLayout {
    /// Where git finds the hooks for pushes, of all repositories.
    var pushHooks: String { repositories + "/hooks" }
}
