import Phrases

/// What manifests have told of a recipe so far.
struct RecipeDraft {
    var name: String?
    var channels: [String] = []
    var platforms: [String] = []
    /// Match specs.
    var conda: [String] = []
    /// Requirements and options.
    var pip: [String] = []
    var variables: [String: String] = [:]
    var notices: [Phrase] = []
    /// What of the manifest can be chosen beside what is always in it, in its order.
    var choices: [String] = []

    /// The text of an `environment.yml`.
    func text(named wanted: String?, python: String?) -> String {
        var asked = conda
        if !asked.contains(where: { MatchSpecName.name(in: $0) == "python" }), !pip.isEmpty || python != nil {
            asked.insert(python.map { "python=\($0)" } ?? "python", at: 0)
        }
        if !pip.isEmpty, !asked.contains(where: { MatchSpecName.name(in: $0) == "pip" }) { asked.append("pip") }
        let name = [wanted, name].compactMap { $0 }.first { EnvironmentName($0) != nil } ?? "imported"
        let text = EnvironmentExport(
            name: name, channels: channels.isEmpty ? ["conda-forge"] : channels, asked: asked, askedOfPip: pip,
            lock: Lock(platform: "linux-64", packages: [], variables: variables)
        ).fromHistory
        return platforms.isEmpty ? text : text + "platforms:\n" + platforms.map { "  - \(YAMLText.scalar($0))\n" }.joined()
    }
}
