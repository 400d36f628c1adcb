import Environments
import Foundation
import LauncherProtocol
import Phrases

/// A recipe as the solver gets it.
struct Wanted: Sendable {
    let recipe: Recipe
    /// The match specs of the recipe, and what was added to them.
    let specs: [String]
    /// What was added, in whole sentences, beside the recipe's own notices.
    let notices: [Phrase]

    init(_ recipe: Recipe) {
        self.recipe = recipe
        var specs = recipe.dependencies.map(\.spec)
        var notices = recipe.notices
        if recipe.lacksPip {
            specs.append("pip")
            notices.append("The recipe has a “pip:” part and no “pip”; it was added. Write “- pip” above “- pip:”.")
        }
        self.specs = specs
        self.notices = notices
    }

    /// What a person should know of `lock`, which is for `target`.
    func notices(for target: Target, _ lock: Lock) -> [Phrase] {
        var notices: [Phrase] = []
        let asksPip = recipe.pip.contains { !$0.text.hasPrefix("-") }
        if asksPip, !target.isHost {
            if let lacking = lock.lacking, !lacking.isEmpty {
                notices.append(
                    "For \(target.platform) there is no wheel of \(lacking.joined(separator: ", ")), so its lock is without: nothing is built from source for another platform."
                )
            } else if lock.lacking == nil {
                notices.append("What pip installs isn't in the lock for \(target.platform): that is resolved when the environment is made.")
            }
        }
        if !target.given.isEmpty {
            notices.append("Solved for a host with \(target.given.joined(separator: ", ")), as somebody said by hand.")
        }
        if let day = target.asOf {
            notices.append("Solved with the packages that there were on \(day).")
            if asksPip { notices.append("What pip installs is as new as today.") }
        }
        return notices
    }
}

extension BuildSteps {
    /// The lock of a recipe for `target`, on this host alone with what pip installs; and which packages of pip's the
    /// channels have.
    ///
    /// - Parameter condaAlone: Whether to leave pip's part out.
    func lock(
        _ wanted: Wanted, for target: Target, condaAlone: Bool = false
    ) async throws(StoreError) -> (lock: Lock, known: [String]) {
        let recipe = wanted.recipe
        let (packages, known) = try await solve(wanted, for: target)
        let conda = Lock(platform: target.platform, packages: packages, variables: recipe.variables)
        guard !recipe.pip.isEmpty, target.isHost, !condaAlone else { return (conda, known) }
        _ = try await installCompiled(conda, specs: wanted.specs)
        let pip = try await resolvePip(recipe, for: target)
        let lock = Lock(
            platform: target.platform, packages: packages, pip: pip, pipOptions: recipe.pipOptions, variables: recipe.variables)
        return (lock, known)
    }
}

extension Lock {
    /// The build's identity.
    var identity: BuildID {
        get throws(StoreError) {
            do { return try buildID } catch { throw .unwritable(error) }
        }
    }

    /// The lock as canonical JSON.
    var text: String {
        get throws(StoreError) {
            do { return String(decoding: try canonicalBytes, as: UTF8.self) } catch { throw .unwritable(error) }
        }
    }
}

extension StoreError {
    fileprivate static func unwritable(_ error: any Error) -> StoreError {
        StoreError(.unavailable, "The lock could not be written as JSON.", log: ["\(error)"])
    }
}
