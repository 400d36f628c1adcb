import Environments
import Foundation
import LauncherProtocol
import Secrets
import Synchronization

/// A launcher that solves recipes for a channel in its memory: of each package the newest version that the recipe's own line
/// allows, and what it needs. Real solvers are in the tests of the store and end to end.
final class FakeSolver: LauncherCalling {
    /// Versions of each package, the newest first, and what it needs.
    static let channel: [String: (versions: [String], needs: [String])] = [
        "python": (["3.11.2"], []), "app": (["1.0"], ["one", "two", "three", "four"]), "one": (["1.0"], []),
        "two": (["2.1", "2.0"], []), "three": (["3.0"], ["two"]), "four": (["4.0"], []), "mac": (["1.0"], []),
    ]

    private let state = Mutex<[any LauncherCall]>([])
    /// What a call that is neither a solve nor a description ends with.
    let tried: Result<TryRecipe.Outcome, LauncherError>

    init(tried: Result<TryRecipe.Outcome, LauncherError> = .failure(LauncherError(.unavailable, "no builder"))) { self.tried = tried }

    var solves: [SolveRecipe] { state.withLock { $0.compactMap { $0 as? SolveRecipe } } }
    var builds: [TryRecipe] { state.withLock { $0.compactMap { $0 as? TryRecipe } } }

    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        state.withLock { $0.append(call) }
        let outcome: any Sendable
        switch call {
        case let call as SolveRecipe: outcome = try Self.solve(call)
        case is TryRecipe: outcome = try tried.get()
        case is DescribeHost: outcome = HostDescription(platform: "linux-64", hasGPU: false, imageHasJupyter: true)
        default: throw LauncherError(.invalid, "unknown")
        }
        guard let outcome = outcome as? Call.Outcome else { throw LauncherError(.invalid, "wrong outcome") }
        return outcome
    }

    private static func solve(_ call: SolveRecipe) throws(LauncherError) -> SolveRecipe.Outcome {
        guard let recipe = try? Recipe(yaml: call.recipe) else { throw LauncherError(.invalid, "no recipe") }
        let platform = call.target.platform ?? "linux-64"
        var chosen: [String: String] = [:]
        var open: [String] = []
        for dependency in recipe.dependencies {
            let parts = dependency.spec.split(separator: "=", omittingEmptySubsequences: true)
            guard let entry = channel[dependency.name],
                let version = entry.versions.first(where: { parts.count < 2 || $0.hasPrefix(parts[1]) })
            else {
                throw LauncherError(
                    .failed, "It can't be solved.",
                    places: [RecipePlace(line: dependency.mark.line, column: dependency.mark.column, message: "nobody has it")])
            }
            chosen[dependency.name] = version
            open += entry.needs
        }
        // On a Mac, what is called so comes with everything.
        if platform.hasPrefix("osx"), chosen["app"] != nil { open.append("mac") }
        while let name = open.popLast() {
            guard chosen[name] == nil, let entry = channel[name] else { continue }
            chosen[name] = entry.versions[0]
            open += entry.needs
        }
        let packages = chosen.map { name, version in
            CondaPackage(
                name: name, version: version, build: "0", url: "https://c/\(platform)/\(name)-\(version)-0.conda", sha256: nil, md5: nil,
                size: nil, subdir: platform, depends: channel[name]?.needs ?? [])
        }
        let bytes = try? Lock(platform: platform, packages: packages).canonicalBytes
        return SolveRecipe.Outcome(lock: String(decoding: bytes ?? Data(), as: UTF8.self), notices: [])
    }
}
