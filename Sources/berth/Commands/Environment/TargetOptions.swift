import ArgumentParser
import LauncherProtocol

/// For which host a recipe is solved.
struct TargetOptions: ParsableArguments {
    @Option(
        help: "Solve for a driver that supports this CUDA, such as 12.4, none, or host for what is configured; later versions keep it.")
    var withCuda: String?

    @Option(help: "Solve with the packages that there were on a day, such as 2026-01-31.")
    var asOf: String?

    var isGiven: Bool { withCuda != nil || asOf != nil }
    var value: SolveTarget { SolveTarget(cuda: withCuda, asOf: asOf) }
}
