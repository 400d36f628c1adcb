import LauncherProtocol

/// How `git http-backend` serves one repository. All of it is said here; nothing that was pushed can say otherwise.
public struct GitService: Sendable {
    let repository: String
    let hooks: String
    /// Whom git and all that it starts run as.
    let account: UInt32

    private enum Bound {
        /// Bytes of a file beyond which git streams it rather than holds it in memory.
        static let heldFile = 1 << 20
        /// Seconds that git itself, without the build, may compute; blocks of 512 bytes of a file; KiB of memory.
        static let limits = "ulimit -t 120; ulimit -f 524288; ulimit -v 4194304"
    }

    /// Settings that come before any file's.
    private var settings: [(String, String)] {
        [
            ("core.hooksPath", hooks), ("receive.procReceiveRefs", PushJudgement.main),
            ("receive.fsckObjects", "true"), ("transfer.fsckObjects", "true"),
            ("receive.maxInputSize", "\(GitRequest.mostPushed)"), ("core.bigFileThreshold", "\(Bound.heldFile)"),
            ("receive.denyNonFastForwards", "true"), ("receive.denyDeletes", "true"),
            ("receive.advertisePushOptions", "false"),
            // Neither may start anything in the background.
            ("receive.autogc", "false"), ("gc.auto", "0"),
            ("http.getanyfile", "false"), ("http.uploadpack", "true"), ("http.receivepack", "true"),
            ("uploadpack.allowFilter", "false"), ("pack.threads", "1"), ("pack.windowMemory", "64m"),
        ]
    }

    /// The words that start it.
    public var command: [String] { Git.command(as: account, limits: Bound.limits) + ["http-backend"] }

    /// Its variables, but for those of the one request.
    public var environment: [String] {
        Git.surroundings + ["GIT_PROJECT_ROOT=\(repository)", "GIT_HTTP_EXPORT_ALL=1"] + Git.variables(for: settings)
    }
}
