import Environments
import LauncherProtocol

/// Recipes that are tried and not kept.
extension Store {
    /// Builds a recipe, and imports what it asks for where `imports` says so. The build stays until garbage is collected.
    public func tryOut(
        _ text: String, for target: SolveTarget, imports: Bool, by uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> TryRecipe.Outcome {
        progress(BuildProgress(.reading, "Reading the recipe"))
        try judgeSize(of: text)
        let recipe = try read(text)
        let made = try await placing(in: recipe) { () async throws(StoreError) in
            try await builds.make(recipe, for: target.here, by: uid, progress: progress)
        }
        let modules: Result<[BuilderEvent.Imported], StoreError>
        do throws(StoreError) {
            modules = .success(
                imports && made.lock.python != nil
                    ? try await builds.importModules(of: recipe, in: made.build, by: uid, progress: progress) : [])
        } catch {
            modules = .failure(error)
        }
        await builds.release(made.build)
        let imported = try modules.get()
        progress(BuildProgress(.done, "The recipe builds", fraction: 1))
        return TryRecipe.Outcome(
            packages: made.lock.count, imported: imported.count { $0.error == nil },
            failures: imported.compactMap { module in
                guard let error = module.error else { return nil }
                let mark = recipe.mark(of: module.package)
                return RecipePlace(
                    line: mark?.line ?? 1, column: mark?.column ?? 1,
                    message: "“\(module.package)” is installed, and “import \(module.module)” fails: \(error)")
            })
    }
}
