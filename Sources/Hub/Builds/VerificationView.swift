import LauncherProtocol
import Phrases

extension VerifyEnvironment.Outcome {
    /// The whole of it in one sentence.
    var inShort: Phrase {
        differences.isEmpty
            ? "All \(files) files are as they were built." : "\(differences.count) of \(files) files are not as they were built."
    }
}

/// What the pages show of a build that was compared with what was built.
struct VerificationView {
    let values: [String: Any]

    /// Paths of each kind that a page shows; programs get all.
    private static let most = 200

    init(_ texts: TextCatalog, _ outcome: VerifyEnvironment.Outcome) {
        let kinds = VerifyEnvironment.Difference.Kind.allCases.map { kind in
            (kind, outcome.differences.filter { $0.kind == kind }.map(\.path))
        }
        values = [
            "isSound": outcome.differences.isEmpty, "inShort": texts(outcome.inShort), "exact": outcome.version,
            "short": String(outcome.version.prefix(8)), "build": String(outcome.build.prefix(12)),
            "kinds": kinds.filter { !$0.1.isEmpty }.map { kind, paths in
                [
                    "title": texts("verify", kind.rawValue, ["count": "\(paths.count)"]), "paths": Array(paths.prefix(Self.most)),
                    "more": paths.count > Self.most ? texts("verify", "more", ["count": "\(paths.count - Self.most)"]) : "",
                ] as [String: Any]
            },
        ]
    }
}
