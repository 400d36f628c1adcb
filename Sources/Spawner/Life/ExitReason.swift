/// Why a server ended by itself, for its owner.
struct ExitReason: Equatable {
    let text: String

    /// - Parameters:
    ///   - engineError: why the engine could not start it; empty where it could.
    ///   - environment: its environment's name; empty for none.
    ///   - log: its last lines.
    init(exitCode: Int, isOutOfMemory: Bool, engineError: String, image: String, environment: String, log: [String]) {
        text =
            if !engineError.isEmpty {
                "The engine could not start the server: \(engineError)"
            } else if exitCode == StartScript.noJupyterStatus && log.contains(StartScript.noJupyterMark) {
                "Neither the image nor the environment has Jupyter (image “\(image)”, "
                    + (environment.isEmpty ? "no environment" : "environment “\(environment)”")
                    + "): add `jupyterlab` to the recipe's dependencies or choose another image."
            } else if isOutOfMemory {
                "The server ran out of memory and was ended by the system. Use less at a time, or choose a profile with more memory."
            } else {
                Self.words(exitCode, image: image)
            }
    }

    private static func words(_ code: Int, image: String) -> String {
        switch code {
        case 0: "Jupyter ended by itself: it was told to shut down from within the server."
        case 126, 127: "The start script could not be run in the image “\(image)”: it needs /bin/sh, sed and mkdir. Choose another image."
        case 129...159: "The server was ended by signal \(code - 128)\(signalName(code - 128)). Start it again."
        default: "Jupyter ended with status \(code). Its last lines say why."
        }
    }

    private static func signalName(_ number: Int) -> String {
        switch number {
        case 6: " (abort)"
        case 9: " (killed)"
        case 11: " (segmentation fault)"
        case 15: " (terminated)"
        default: ""
        }
    }
}
