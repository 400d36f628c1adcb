import Environments
import LauncherProtocol

extension Store {
    /// Reads what is to become a version. A version can be read by whoever gets the environment, and its history is never
    /// rewritten: so no password may be in it.
    func readToKeep(_ text: String) throws(StoreError) -> Recipe {
        let recipe = try read(text)
        let secrets = Lint.secrets(in: text)
        guard secrets.isEmpty else {
            throw StoreError(
                .invalid, "The recipe has a password or token in a URL, and would keep it for ever. Nothing was built.",
                log: secrets.map { "environment.yml:\($0.mark): \($0.what) \($0.remedy)" },
                places: secrets.map { RecipePlace(line: $0.mark.line, column: $0.mark.column, message: "\($0.what) \($0.remedy)") })
        }
        return recipe
    }
}
