/// How `git http-backend` serves one repository. All of it is said here; nothing that was pushed can say otherwise.
struct GitService {
    let repository: String
    let hooks: String

    private enum Bound {
        /// Bytes of a push.
        static let push = 32 << 20
        /// Bytes of a file beyond which git streams it rather than holds it in memory.
        static let heldFile = 1 << 20
    }

    /// Settings that come before any file's.
    private var settings: [(String, String)] {
        [
            ("core.hooksPath", hooks), ("receive.procReceiveRefs", PushJudgement.main),
            ("receive.fsckObjects", "true"), ("transfer.fsckObjects", "true"),
            ("receive.maxInputSize", "\(Bound.push)"), ("core.bigFileThreshold", "\(Bound.heldFile)"),
            ("receive.denyNonFastForwards", "true"), ("receive.denyDeletes", "true"),
            ("receive.advertisePushOptions", "false"),
            // Neither may start anything in the background.
            ("receive.autogc", "false"), ("gc.auto", "0"),
            ("http.getanyfile", "false"), ("http.uploadpack", "true"), ("http.receivepack", "true"),
            ("uploadpack.allowFilter", "false"), ("pack.threads", "1"), ("pack.windowMemory", "64m"),
        ]
    }

    var environment: [String] {
        Git.surroundings + ["GIT_PROJECT_ROOT=\(repository)", "GIT_HTTP_EXPORT_ALL=1"] + Git.variables(for: settings)
    }
}
