import Environments
import LauncherProtocol

extension Store {
    /// Refuses what is longer than recipes and locks are, before it is read.
    func judgeSize(of text: String) throws(StoreError) {
        if let problem = RecipeSize.problem(of: text) { throw StoreError(.invalid, problem) }
    }

    /// Reads what is to become a version. A version can be read by whoever gets the environment, and its history is never
    /// rewritten: so no password may be in it.
    func readToKeep(_ text: String) throws(StoreError) -> Recipe {
        try judgeSize(of: text)
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
