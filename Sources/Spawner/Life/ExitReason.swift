import LauncherProtocol
import Phrases

/// Why a server ended by itself, for its owner: the first of the known causes that fits, or what its
/// status says.
struct ExitReason: Equatable {
    let text: Phrase
    let cause: FailureCause?

    /// - Parameters:
    ///   - engineError: why the engine could not start it; empty where it could.
    ///   - environment: its environment's name; empty for none.
    ///   - log: its last lines.
    init(exitCode: Int, isOutOfMemory: Bool, engineError: String, image: String, environment: String, log: [String]) {
        let facts = Facts(
            exitCode: exitCode, isOutOfMemory: isOutOfMemory, engineError: engineError, image: image, environment: environment, log: log)
        let known = KnownCause.all.first { $0.fits(facts) }
        cause = known?.cause
        text = known?.words(facts) ?? Self.words(facts)
    }

    private static func words(_ facts: Facts) -> Phrase {
        if !facts.engineError.isEmpty { return "The engine could not start the server: \(facts.engineError)" }
        return switch facts.exitCode {
        case 126, 127:
            "The start script could not be run in the image “\(facts.image)”: it needs /bin/sh, sed and mkdir. Choose another image."
        case 129...159: "The server was ended by signal \(facts.exitCode - 128)\(signalName(facts.exitCode - 128)). Start it again."
        default: "Jupyter ended with status \(facts.exitCode). Its last lines say why."
        }
    }

    private static func signalName(_ number: Int) -> Phrase {
        switch number {
        case 6: " (abort)"
        case 9: " (killed)"
        case 11: " (segmentation fault)"
        case 15: " (terminated)"
        default: ""
        }
    }
}

/// What is known of a server that ended.
struct Facts {
    let exitCode: Int
    let isOutOfMemory: Bool
    let engineError: String
    let image: String
    let environment: String
    let log: [String]

    var runtime: Phrase { environment.isEmpty ? "the image “\(image)”" : "the environment “\(environment)”" }

    var chosen: Phrase { environment.isEmpty ? "no environment" : "environment “\(environment)”" }

    /// Whether any of `phrases` stands in what the engine or the server said.
    func says(_ phrases: String...) -> Bool {
        ([engineError] + log).contains { line in
            let line = line.lowercased()
            return phrases.contains { line.contains($0) }
        }
    }
}

/// One row of the table of causes.
struct KnownCause {
    let cause: FailureCause
    let fits: @Sendable (Facts) -> Bool
    let words: @Sendable (Facts) -> Phrase

    /// In the order in which they are tried: what the system knows for sure before what a log suggests.
    static let all: [KnownCause] = [
        KnownCause(
            cause: .driverTooOld,
            fits: {
                // NVIDIA's container hook, and CUDA's own runtime (cudaErrorInsufficientDriver).
                $0.says("unsatisfied condition: cuda", "unsatisfied condition: driver", "cuda driver version is insufficient")
            },
            words: {
                "The GPU's driver on this host is too old for the CUDA of \($0.runtime). Choose an environment or image for an older CUDA, or ask an administrator to update the driver."
            }),
        KnownCause(
            cause: .noGPU,
            fits: { $0.engineError.contains("could not select device driver") || $0.engineError.contains("nvidia-container-cli") },
            words: {
                "The profile asks for a GPU and the engine has none to give (\($0.engineError)). Choose a profile without GPU, or ask an administrator."
            }),
        KnownCause(
            cause: .outOfMemory, fits: { $0.isOutOfMemory },
            words: { _ in
                "The server ran out of memory and was ended by the system. Use less at a time, or choose a profile with more memory."
            }),
        KnownCause(
            cause: .noJupyter,
            fits: { $0.exitCode == StartScript.noJupyterStatus && $0.log.contains(StartScript.noJupyterMark) },
            words: {
                "Neither the image nor the environment has Jupyter (image “\($0.image)”, \($0.chosen)): add `jupyterlab` to the recipe's dependencies or choose another image."
            }),
        KnownCause(
            cause: .noJupyter,
            fits: { $0.exitCode == StartScript.noJupyterStatus && $0.log.contains(StartScript.noSingleuserMark) },
            words: {
                "This profile starts `jupyterhub-singleuser`, which neither the image nor the environment has (image “\($0.image)”, \($0.chosen)): add `jupyterhub` and `jupyterlab` to the recipe's dependencies, or choose another profile."
            }),
        KnownCause(
            cause: .diskFull,
            fits: { $0.says("no space left on device", "disk quota exceeded") },
            words: { _ in
                "There is no room left on a disk, or your quota is used up. Remove files that you don't need, or ask an administrator for more room."
            }),
        KnownCause(
            cause: .homeDenied,
            fits: { facts in
                facts.log.contains { line in
                    let isDenied = line.contains("Permission denied") || line.contains("Read-only file system")
                    return isDenied
                        && ["/.jupyter", "/.local", "/.ipython", "/.cache", "/.config", "/home/"].contains(where: line.contains)
                }
            },
            words: { _ in
                "Jupyter may not read or write in the home directory. Its owner and rights are wrong, or it is mounted read-only; an administrator can look at it."
            }),
        KnownCause(
            cause: .noJupyter,
            fits: { $0.says("no module named 'jupyter", "no module named 'jupyterlab", "no module named jupyter") },
            words: {
                "Jupyter in \($0.runtime) is not whole: a module of it is missing. Roll the environment back, or choose another one."
            }),
        KnownCause(
            cause: .shutDown, fits: { $0.exitCode == 0 && $0.engineError.isEmpty },
            words: { _ in "Jupyter ended by itself: it was told to shut down from within the server." }),
    ]
}
