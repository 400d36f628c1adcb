import Phrases

extension Lock {
    /// How Jupyter can run with an environment, and what the person should know about it.
    public struct JupyterJudgement: Sendable, Equatable {
        /// How much of Jupyter it brings.
        public enum Support: Sendable, Equatable {
            /// The server itself runs from it.
            case server
            /// Its jupyter_server is older than 2, which has no identity providers yet.
            case oldServer
            /// The image's Jupyter runs, and this is a kernel in it.
            case kernel
            /// Neither.
            case none
        }

        public let support: Support
        /// A whole sentence; nil where all is well.
        public let notice: Phrase?
    }

    /// Judges by the packages alone, before anything is built.
    public var jupyter: JupyterJudgement {
        let server = version(of: "jupyter-server")
        let hasKernel = version(of: "ipykernel") != nil
        if let server, version(of: "jupyterlab") != nil {
            guard let major = Int(server.prefix { $0.isNumber }), major >= 2 else {
                return JupyterJudgement(
                    support: .oldServer,
                    notice:
                        "Its jupyter_server \(server) is older than 2 and cannot tell people apart inside Lab; add “jupyter_server>=2” to the recipe."
                )
            }
            return JupyterJudgement(
                support: .server,
                notice: hasKernel ? nil : "It has JupyterLab but no Python kernel; add “ipykernel” to the recipe to run cells with it.")
        }
        if hasKernel { return JupyterJudgement(support: .kernel, notice: nil) }
        let notice: Phrase =
            python == nil
            ? "It has neither Jupyter nor a kernel; add “jupyterlab” and “python” to the recipe to use it in notebooks."
            : "It has neither Jupyter nor a kernel; add “jupyterlab”, or “ipykernel” where the image has Jupyter, to the recipe."
        return JupyterJudgement(support: .none, notice: notice)
    }
}
