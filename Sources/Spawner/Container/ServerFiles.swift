import Configuration
import Foundation
import LauncherProtocol

/// The files that a server's container reads: made anew for every start, owned by root.
struct ServerFiles {
    /// Path in the directory, and content.
    let contents: [String: String]

    init(id: ServerID, account: Account, environment: EnvironmentMount?, server: ServerProgram = .jupyter) {
        var contents = [
            "start": StartScript.text,
            "activated": ActivatedScript.text,
            "activate": Activation(environment).text,
            "passwd": UserDatabase.passwd(account),
            "group": UserDatabase.group(account),
            "jupyter/jupyter_server_config.py": JupyterConfiguration.text + (server == .singleuser ? SingleuserConfiguration.text : ""),
            "jupyter/labconfig/page_config.json": Self.json(PageConfiguration(id: id)),
            "jupyter/labconfig/default_setting_overrides.json": Self.json(DefaultSettings()),
        ]
        if let environment, environment.jupyter != .none {
            contents["kernel/kernels/python3/kernel.json"] = Self.json(KernelSpec(environment))
        }
        self.contents = contents
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? "{}\n"
    }
}

/// Turns on JupyterLab's hub menu (jupyterlab, `packages/hub-extension`).
private struct PageConfiguration: Encodable {
    let hubPrefix = "/hub/"
    let hubHost = ""
    let hubUser: String
    let hubServerUser: String
    let hubServerName: String
    let shareUrl = "/hub/user-redirect"

    init(id: ServerID) {
        hubUser = id.owner
        hubServerUser = id.owner
        hubServerName = id.name
    }
}

/// A server asks nobody outside for news and updates, and its person not whether it may.
private struct DefaultSettings: Encodable {
    private let notification = ["fetchNews": "false"]

    private enum CodingKeys: String, CodingKey {
        case notification = "@jupyterlab/apputils-extension:notification"
    }
}

/// The environment as a kernel of the image's Jupyter. It takes the place of the image's own
/// Python kernel, so that notebooks open in either without a question.
private struct KernelSpec: Encodable {
    let argv: [String]
    let display_name: String
    let language = "python"
    let metadata = ["debugger": true]

    init(_ environment: EnvironmentMount) {
        argv = [
            "/bin/sh", ContainerPaths.server + "/activated", environment.containerPath + "/bin/python",
            "-m", "ipykernel_launcher", "-f", "{connection_file}",
        ]
        display_name = "Python (\(environment.name))"
    }
}
