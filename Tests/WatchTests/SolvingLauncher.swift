@testable import Environments
import Foundation
import LauncherProtocol
import Secrets
import Synchronization

/// A fake launcher: one account's environments, and a solver that takes the newest of what it is told there is. It
/// knows versions and two packages that exclude each other, and nothing of dependencies.
final class SolvingLauncher: LauncherCalling {
    struct State {
        /// Recipe by name.
        var recipes: [String: String] = [:]
        /// What is locked, by environment and package.
        var locked: [String: [String: String]] = [:]
        /// What there is, by package.
        var available: [String: [String]] = [:]
        /// A recipe that comes to one of these does not solve: `python 3.13`.
        var impossible: Set<String> = []
        var solved: [String] = []
        var outage: LauncherError?
        /// The images of profiles that this host has: digests by name.
        var images: [String: String] = [:]
    }

    let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var now: State { state.withLock { $0 } }

    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        let outcome: any Sendable
        switch call {
        case is ListEnvironments:
            outcome = now.recipes.keys.sorted().map(Self.summary) + [Self.summary("bob/shared")]
        case let call as InspectEnvironment:
            guard let recipe = now.recipes[call.environment], let locked = now.locked[call.environment] else {
                throw LauncherError(.notFound, "There is no such environment.")
            }
            outcome = InspectEnvironment.Outcome(
                summary: Self.summary(call.environment), recipe: recipe, explicit: "", lock: Self.text(locked),
                version: EnvironmentVersionSummary(
                    id: String(repeating: "a", count: 40), time: 0, author: "alice", message: "", build: "b", isBuilt: true))
        case is ListImages:
            outcome = now.images.sorted { $0.key < $1.key }.map { name, digest in
                ImageSummary(
                    name: name, profiles: ["gpu"], isBuilder: false,
                    present: .init(id: "sha256:0", digest: digest, size: 1, created: 0), servers: [])
            }
        case let call as SolveRecipe: outcome = try solve(call.recipe)
        default: throw LauncherError(.invalid, "The test's launcher does not know \(Call.name).")
        }
        guard let outcome = outcome as? Call.Outcome else { throw LauncherError(.invalid, "wrong outcome") }
        return outcome
    }

    private func solve(_ text: String) throws(LauncherError) -> SolveRecipe.Outcome {
        change { $0.solved.append(text) }
        if let outage = now.outage { throw outage }
        guard let recipe = try? Recipe(yaml: text) else { throw LauncherError(.invalid, "The recipe can't be used.") }
        var locked: [String: String] = [:]
        for dependency in recipe.dependencies {
            let parts = MatchSpecParts(dependency.spec)
            let range = parts?.version.flatMap(VersionRange.init)
            let fitting = now.available[dependency.name, default: []].filter { range?.contains($0) ?? true }
            guard let newest = fitting.max(by: { PackageVersion($0) < PackageVersion($1) }) else {
                throw LauncherError(.failed, "The recipe can't be solved.", log: ["No candidates were found for \(dependency.spec)"])
            }
            guard !now.impossible.contains("\(dependency.name) \(newest)") else {
                throw LauncherError(.failed, "The recipe can't be solved.", log: ["\(dependency.name) \(newest) excludes the rest"])
            }
            locked[dependency.name] = newest
        }
        return SolveRecipe.Outcome(lock: Self.text(locked), notices: [])
    }

    private static func summary(_ name: String) -> EnvironmentSummary {
        EnvironmentSummary(name: name, build: "b", created: 0, packages: 1, size: 1, python: nil, jupyter: .none, notices: [])
    }

    private static func text(_ locked: [String: String]) -> String {
        let lock = Lock(
            platform: "linux-64",
            packages: locked.map {
                CondaPackage(
                    name: $0, version: $1, build: "0", url: "https://channel/linux-64/\($0)-\($1)-0.conda", sha256: $1, md5: nil, size: 1,
                    subdir: "linux-64", depends: [])
            })
        return (try? lock.canonicalBytes).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
