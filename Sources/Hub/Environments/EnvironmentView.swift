import Environments
import Foundation
import LauncherProtocol

/// What the pages show of an environment.
struct EnvironmentView {
    let values: [String: Any]

    /// The address of its page.
    static func path(_ name: String) -> String { "/hub/environments/" + name.percentEncodedWhole }

    /// `OWNER/NAME`, which it is for everybody.
    /// - Parameter account: for whom `name` is one's own where it has no owner.
    static func fullName(_ name: String, of account: String) -> String { name.contains("/") ? name : "\(account)/\(name)" }

    init(_ texts: TextCatalog, _ summary: EnvironmentSummary) {
        let jupyter =
            switch summary.jupyter {
            case .server: "jupyterServer"
            case .oldServer: "jupyterOld"
            case .kernel: "jupyterKernel"
            case .none: "jupyterNone"
            }
        values = [
            "name": summary.name, "path": Self.path(summary.name),
            "python": summary.python.map { "Python \($0)" } ?? texts("environment", "noPython"),
            "packages": texts(.packages(summary.packages)),
            "pythonVersion": summary.python ?? texts("environment", "noPython"), "packageCount": summary.packages,
            "size": Format.bytes(summary.size), "created": Format.moment(summary.created), "createdAt": Format.machine(summary.created),
            "jupyter": texts("environment", jupyter), "lacksJupyter": summary.jupyter == .none,
            "mayEdit": summary.right >= .edit, "mayShare": summary.right == .admin,
            "hasLayer": summary.layers.hasCurrent, "hasEarlierLayers": summary.layers.earlier > 0,
            "remarks": summary.notices.map { texts($0) }, "build": String(summary.build.prefix(12)),
        ]
    }
}
