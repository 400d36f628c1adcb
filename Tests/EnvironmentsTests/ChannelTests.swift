import Testing

@testable import Environments

@Suite("Channels of a recipe, and of what was installed by hand") struct ChannelTests {
    @Test("channel_priority is strict or disabled; flexible is told; nothing else will do") func priority() throws {
        func recipe(_ line: String) throws -> Recipe { try Recipe(yaml: "\(line)\ndependencies: [a]\n") }
        #expect(try recipe("channel_priority: strict").channelPriority == .strict)
        #expect(try recipe("channel-priority: disabled").channelPriority == .disabled)
        #expect(try recipe("channel_priority: false").channelPriority == .disabled)
        #expect(try recipe("name: x").channelPriority == nil)
        let flexible = try recipe("channel_priority: flexible")
        #expect(
            flexible.channelPriority == nil && flexible.notices.contains { $0.english.contains("1:19") && $0.english.contains("strict") })
        let error = #expect(throws: RecipeError.self) { try recipe("channel_priority: sometimes") }
        #expect(error?.problems.first?.mark.column == 19)
    }

    @Test(
        "A channel's address is no package's",
        arguments: [
            ("https://h.example.org/chan::numpy=2.1", "numpy", "https://h.example.org/chan"),
            ("file:///second::berth-extra", "berth-extra", "file:///second"), ("conda-forge::numpy>=2", "numpy", "conda-forge"),
        ])
    func specs(spec: String, name: String, channel: String) throws {
        #expect(MatchSpecName.name(in: spec) == name && MatchSpecParts(spec)?.channel == channel)
        let recipe = try Recipe(yaml: "dependencies:\n  - \(spec)\n  - \(spec)\n  - other\n")
        #expect(recipe.channelsOfSpecs == [channel])
        #expect(MatchSpecName.name(in: "https://h.example.org/chan/linux-64/numpy-2.1-0.conda") == "numpy")
    }

    @Test("No password and no token of a channel is written down") func secrets() {
        #expect(ChannelURL.withoutSecrets("https://u:p@h.example.org/chan") == "https://h.example.org/chan")
        #expect(ChannelURL.withoutSecrets("https://conda.anaconda.org/t/tk-123/me") == "https://conda.anaconda.org/me")
        #expect(ChannelURL.withoutSecrets("https://h.example.org/t") == "https://h.example.org/t")
        #expect(
            ChannelURL.withoutSecrets("file:///channel") == "file:///channel" && ChannelURL.withoutSecrets("conda-forge") == "conda-forge")
    }

    @Test("What conda installed from a channel that the recipe lacks is asked for with that channel") func saved() throws {
        let text = "channels: [conda-forge]\ndependencies:\n  - python=3.11\n"
        var layer = LayerFiles()
        for (name, channel) in [
            ("mine", "https://u:p@conda.anaconda.org/t/tk-12345678/me"), ("zlib", "https://conda.anaconda.org/conda-forge"),
        ] {
            layer.added.condaMeta["\(name)-1-0.json"] = """
                {"name": "\(name)", "version": "1", "build": "0", "build_number": 0, "depends": [], "requested_spec": "\(name)",
                 "url": "\(channel)/noarch/\(name)-1-0.conda", "subdir": "noarch"}
                """
        }
        let base = Lock(platform: "linux-64", packages: [])
        let drift = Drift(of: base, recipe: try Recipe(yaml: text), layer: layer) {
            $0 == "https://conda.anaconda.org/conda-forge" ? nil : $0.split(separator: "/").last.map(String.init)
        }
        let saved = try drift.saved(in: text)
        #expect(saved.contains("  - me::mine=1\n") && saved.contains("  - zlib=1\n"))
        #expect(!saved.contains("tk-") && !saved.contains("u:p"))
    }
}
