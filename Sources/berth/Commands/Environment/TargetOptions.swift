import ArgumentParser
import Environments
import LauncherProtocol

/// For which host a recipe is solved.
struct TargetOptions: ParsableArguments {
    @Option(
        help: "Solve for a driver that supports this CUDA, such as 12.4, none, or host for what is configured; later versions keep it.")
    var withCuda: String?

    @OptionGroup var system: SystemOptions

    @Option(help: "Solve with the packages that there were on a day, such as 2026-01-31.")
    var asOf: String?

    var isGiven: Bool { withCuda != nil || asOf != nil || !system.virtualPackages.isEmpty }
    var value: SolveTarget { SolveTarget(cuda: withCuda, asOf: asOf, virtualPackages: system.virtualPackages) }

    func validate() throws {
        do throws(TargetError) {
            _ = try Target(cuda: withCuda, asOf: asOf, virtualPackages: system.virtualPackages, host: "linux-64", configured: [])
        } catch { throw ValidationError(error.description) }
    }
}

/// What the host's system has, said by hand.
struct SystemOptions: ParsableArguments {
    @Option(
        name: .customLong("with"),
        help: ArgumentHelp(
            "A virtual package of the host: __glibc=2.28, __archspec=x86_64_v3, __linux=5.14; none in place of a version for what it hasn't, host for what is known of this host; can be given again.",
            valueName: "name=version"))
    var virtualPackages: [String] = []
}
