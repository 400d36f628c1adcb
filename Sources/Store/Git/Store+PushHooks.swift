import Foundation
import Glibc
import Processes
import UntrustedFiles

/// The hooks by which git asks the launcher about pushes: one directory for all repositories, which is root's.
extension Store {
    /// Writes the hooks that git asks about pushes: they start `program` anew, or a copy of it where git's account
    /// doesn't get to it, such as in root's home.
    public func writePushHooks(program: String) throws(StoreError) {
        do {
            // Git's account runs them, and changes nothing of them.
            try makeDirectory(layout.pushHooks, mode: 0o711)
            let start = try isInReach(program) ? program : copy(program)
            let quoted = "'" + start.replacing("'", with: "'\\''") + "'"
            for hook in PushHook.Kind.allCases {
                try writeWhole(
                    Data("#!/bin/sh\nexec \(quoted) git-hook \(hook.rawValue)\n".utf8), to: "\(layout.pushHooks)/\(hook.rawValue)",
                    mode: 0o755)
            }
        } catch {
            throw StoreError.from(error, doing: "write the hooks for pushes", layout: layout)
        }
    }

    /// Whether git's account can start it.
    private func isInReach(_ program: String) throws -> Bool {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        // By a shell: what setpriv itself starts is still found with root's eyes.
        let words = Git.becoming(repositories.account) + ["/bin/sh", "-c", "exec \"$0\" --help", program]
        let test = try ChildProcess(words, environment: Git.surroundings, input: null, output: null, errors: null)
        return test.waitForEnd() == 0
    }

    /// Puts a copy beside the hooks. One that doesn't start there either is refused: every push would fail.
    private func copy(_ program: String) throws -> String {
        let (copy, part) = (layout.pushHooks + "/berth", layout.pushHooks + "/berth.part")
        try UntrustedTree.remove(part)
        let source = open(program, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw FileError("read", program) }
        defer { close(source) }
        try copyNew(source, size: Int(try status(of: program).st_size), to: part, mode: 0o755)
        guard rename(part, copy) == 0 else { throw FileError("write", copy) }
        guard try isInReach(copy) else {
            throw StoreError(
                .unavailable,
                "Git's hooks run as UID \(repositories.account) (environments.git_uid), which can start neither \(program) nor a copy of it. Install Berth and the libraries that it needs where every account may run them, such as /usr."
            )
        }
        return copy
    }
}

extension StoreLayout {
    /// Where git finds the hooks for pushes, of all repositories.
    var pushHooks: String { repositories + "/hooks" }
}
