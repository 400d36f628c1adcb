import Configuration
import Environments
import LauncherProtocol
import Phrases

extension StoreError {
    /// A channel that isn't there or can't be read, told at its line of the recipe.
    static func ofChannel(_ failure: BuilderEvent.Failure?, in recipe: Recipe?, _ settings: EnvironmentConfiguration) -> StoreError {
        let said = failure?.lines ?? []
        guard let failure, let url = failure.channel else {
            return StoreError(.failed, "A channel of the recipe can't be read. Check its name, and the builder's network.", log: said)
        }
        let line = recipe.flatMap { Channels.line(of: url, in: $0, settings) }
        let address = ChannelURL.withoutSecrets(url), name = line.map { ChannelURL.withoutSecrets($0.text) } ?? address
        let shown = name.contains("://") ? "“\(name)”" : "“\(name)” (\(address))"
        let what: Phrase =
            failure.code == "no-channel"
            ? "There is no channel \(shown). Check its name."
            : "The channel \(shown) can't be read: its server doesn't answer as a channel's does. Check its address and the builder's network, or try again later."
        guard let line else {
            return StoreError(
                .failed, "\(what) An administrator has named it in berth.yaml (“environments.channels”) and can change that.", log: said)
        }
        return StoreError(
            .failed, what, log: ["environment.yml:\(line.mark): “\(name)”"] + said,
            places: [RecipePlace(line: line.mark.line, column: line.mark.column, message: what)])
    }
}
