import Configuration
import Environments
import LauncherProtocol
import Phrases

extension StoreError {
    /// What a failed step means to the person who waits.
    static func from(
        _ exit: BuildExit, _ outcome: BuilderOutcome, verb: String, solving: (wanted: Wanted, target: Target)?,
        settings: EnvironmentConfiguration, layout: StoreLayout
    ) -> StoreError {
        if exit.timedOut { return .tooLong(settings) }
        let failure = outcome.failure
        let said = (failure.map { [$0.message] + $0.lines } ?? []) + outcome.log
        if said.contains(where: isNoSpace) { return .diskFull(layout) }
        if exit.outOfMemory { return .outOfMemory(settings, log: said) }
        switch failure?.code {
        case "unsolvable":
            return unsolvable(failure, solving)
        case "spec":
            guard let recipe = solving?.wanted.recipe, let index = failure?.spec, recipe.dependencies.indices.contains(index) else { break }
            let line = recipe.dependencies[index]
            return StoreError(
                RecipeError([.init(line.mark, "“\(line.spec)” is not understood: \(failure?.message ?? "").", "Write it as conda does.")]))
        case "channel", "no-channel":
            return ofChannel(failure, in: solving?.wanted.recipe, settings)
        case "unhashed":
            return StoreError(
                .failed,
                "A channel gives no SHA-256 for the packages below, so nobody can tell whether they are what they seem. "
                    + "Use a channel whose repodata.json has it.", log: failure?.lines ?? [])
        case "replaced":
            return StoreError(
                .failed,
                "The packages below have another content at their address than the recipe's lines say. Take the digest out of the line, or ask whoever wrote it.",
                log: failure?.lines ?? [])
        case "attestation":
            return StoreError(
                .failed,
                "The packages below come from a channel whose packages must be signed by its publisher, and nothing proves that they are. "
                    + "Choose others, or ask an administrator (“environments.attestations”).", log: failure?.lines ?? [])
        case "gone":
            return StoreError(
                .failed,
                "Packages of the lock are no longer to be had: no channel has them and no cache. What fits and is nearest can be built in their place (“--nearest”).",
                log: failure?.lines ?? [], obstacle: .packagesGone)
        case "gone-lost":
            return StoreError(
                .failed,
                "Packages of the lock are no longer to be had: no channel has them and no cache, and nothing that the channels have fits in their place.",
                log: failure?.lines ?? [])
        case "other":
            return StoreError(
                .failed,
                "The channel's file has another content than the lock says: the lock is damaged, or the package was replaced. Ask whoever made the lock; what fits and is nearest can be built in its place (“--nearest”).",
                log: failure?.lines ?? [], obstacle: .packagesGone)
        case "other-lost":
            return StoreError(
                .failed,
                "The channel's file has another content than the lock says: the lock is damaged, or the package was replaced. Ask whoever made the lock.",
                log: failure?.lines ?? [])
        case "unproved":
            return StoreError(
                .failed,
                "The lock has no hash for the packages below, and no channel lists them with one, so nobody can tell whether they are what they seem. Have the lock written with hashes (“conda list --explicit --md5”), or use the recipe.",
                log: failure?.lines ?? [])
        case "pip-gone":
            return StoreError(
                .failed,
                "Packages that pip installed are no longer to be had: they are not where the lock says, and this host has not kept them. Choose others in the recipe's “pip:” part.",
                log: failure?.lines ?? [])
        case "install":
            return StoreError(
                .failed, "A package could not be fetched or unpacked. Try again; if it stays, the channel is at fault.",
                log: failure?.lines ?? [])
        case "pip":
            return StoreError(
                .failed, "The “pip:” part of the recipe can't be installed; pip's own words are below.", log: failure?.lines ?? [])
        default: break
        }
        return StoreError(.failed, "The builder's step “\(verb)” ended with status \(exit.status).", log: Array(said.suffix(30)))
    }

    /// Which lines of the recipe are in conflict, and the solver's own words about them.
    private static func unsolvable(
        _ failure: BuilderEvent.Failure?, _ solving: (wanted: Wanted, target: Target)?
    ) -> StoreError {
        guard let solving, let found = failure?.conflict else {
            return StoreError(.failed, "The recipe can't be solved: its packages don't fit together.", log: failure?.lines ?? [])
        }
        let conflict = Conflict(
            in: solving.wanted.recipe, lines: found.specs, report: found.report,
            supply: .init(available: found.available, similar: found.similar), target: solving.target.platform)
        let place = solving.target.isHost ? "" : " for \(solving.target.platform)"
        return StoreError(
            .failed, "The recipe can't be solved\(place). \(conflict.summary)",
            log: conflict.lines.map { "environment.yml:\($0.mark): “\($0.spec)”: \($0.why)" } + found.report,
            places: conflict.lines.map {
                RecipePlace(line: $0.mark.line, column: $0.mark.column, message: "“\($0.spec)” can't be met\(place). \($0.why)")
            })
    }

    /// The build's time is over.
    static func tooLong(_ settings: EnvironmentConfiguration) -> StoreError {
        StoreError(
            .failed,
            "The build took longer than \(Int(settings.timeout)) seconds and was stopped. Make the recipe smaller, or ask an administrator to raise “environments.timeout”."
        )
    }

    private static func outOfMemory(_ settings: EnvironmentConfiguration, log: [String]) -> StoreError {
        let limit = settings.memory.map { " of \($0 >> 20) MiB" } ?? ""
        return StoreError(
            .failed,
            "The build needed more memory than its limit\(limit) and was ended by the kernel. Make the recipe smaller, or ask an administrator to raise “environments.memory”.",
            log: Array(log.suffix(10)))
    }

    private static func isNoSpace(_ line: String) -> Bool {
        ["No space left on device", "os error 28", "Errno 28", "Disk quota exceeded"].contains(where: line.contains)
    }
}
