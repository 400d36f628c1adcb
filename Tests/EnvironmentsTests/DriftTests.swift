import Testing

@testable import Environments

/// A lock, a recipe and what a layer holds in; what has changed and the recipe that asks for it out.
@Suite struct DriftTests {
    private static let recipeText = """
        # The team's.
        name: lab
        channels: [conda-forge]
        dependencies:
          - python=3.11   # as on the cluster
          - numpy=2.1
          - pip
          - pip:
              - einops==0.8.0  # for attention
        variables:
          A: "1"

        """

    private static let base = Lock(
        platform: "linux-64",
        packages: [
            conda("python", "3.11.2"), conda("numpy", "2.1.3", depends: ["libblas"]), conda("libblas", "3.9"), conda("pip", "25.0"),
            conda("rich", "13.0"),
        ],
        pip: [PipPackage(name: "einops", version: "0.8.0", url: "https://pypi.org/simple/einops/", sha256: "aa", direct: false)])

    private static func conda(_ name: String, _ version: String, depends: [String] = []) -> CondaPackage {
        CondaPackage(
            name: name, version: version, build: "0", url: "https://conda.anaconda.org/conda-forge/linux-64/\(name)-\(version)-0.conda",
            sha256: String(repeating: "a", count: 64), md5: nil, size: 1, subdir: "linux-64", depends: depends)
    }

    private static func dist(_ name: String, _ version: String, requested: Bool = true) -> EnvironmentFiles.Distribution {
        .init(
            directory: "\(name)-\(version).dist-info", metadata: "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n\nText\n",
            directURL: nil, isRequested: requested)
    }

    private func drift(_ change: (inout LayerFiles) -> Void) throws -> Drift {
        var layer = LayerFiles()
        change(&layer)
        return Drift(of: Self.base, recipe: try Recipe(yaml: Self.recipeText), layer: layer)
    }

    @Test("An untouched layer is no drift") func nothing() throws {
        #expect(try drift { _ in }.diff.isEmpty)
        // Something was unpacked anew, in the version that was there.
        #expect(try drift { $0.added.distributions = [Self.dist("einops", "0.8.0"), Self.dist("rich", "13.0")] }.diff.isEmpty)
    }

    @Test("What pip installed is added, and only what was asked for goes into the recipe") func installed() throws {
        let drift = try drift {
            $0.added.distributions = [Self.dist("humanize", "4.11.0"), Self.dist("six", "1.17.0", requested: false)]
        }
        #expect(drift.diff.changes.map(\.name) == ["humanize", "six"])
        let saved = try drift.saved(in: Self.recipeText)
        #expect(saved.contains("      - einops==0.8.0  # for attention\n      - humanize==4.11.0\n"))
        #expect(!saved.contains("six"))
        #expect(saved.contains("# The team's.") && saved.contains("# as on the cluster"))
    }

    @Test("An upgrade by pip changes its line; of conda's package it becomes a line of pip's") func upgraded() throws {
        let drift = try drift {
            $0.added.distributions = [Self.dist("einops", "0.8.1"), Self.dist("rich", "14.0")]
            $0.removedDistributions = ["einops-0.8.0.dist-info", "rich-13.0.dist-info"]
        }
        #expect(drift.diff.changes.map { "\($0.name) \($0.direction)" } == ["einops up", "rich up"])
        let saved = try drift.saved(in: Self.recipeText)
        #expect(saved.contains("- einops==0.8.1  # for attention"))
        #expect(saved.contains("- rich==14.0"))
    }

    @Test("What was uninstalled leaves the recipe, its line alone") func removed() throws {
        let drift = try drift {
            $0.removedDistributions = ["einops-0.8.0.dist-info"]
            $0.removedRecords = ["numpy-2.1.3-0.json"]
        }
        #expect(drift.diff.changes.map { "\($0.name) \($0.direction)" } == ["einops removed", "numpy removed"])
        let recipe = try Recipe(yaml: drift.saved(in: Self.recipeText))
        #expect(recipe.asked == ["python", "pip"])
    }

    @Test("What conda installed has its record, and goes before the pip list") func condaInstalled() throws {
        let drift = try drift {
            $0.added.condaMeta["zlib-1.3-h0.json"] = #"""
                {"name": "zlib", "version": "1.3", "build": "h0", "build_number": 0, "depends": [], "requested_spec": "zlib",
                 "url": "https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3-h0.conda", "subdir": "linux-64"}
                """#
        }
        #expect(drift.diff.changes.map(\.name) == ["zlib"])
        #expect(try drift.saved(in: Self.recipeText).contains("  - pip\n  - zlib=1.3\n  - pip:\n"))
    }

    @Test("What a saved version has otherwise than the layer is known by name") func unlike() throws {
        let drift = try drift {
            $0.removedRecords = ["libblas-3.9-0.json"]
            $0.removedDistributions = ["einops-0.8.0.dist-info"]
            $0.added.distributions = [Self.dist("humanize", "4.11.0"), Self.dist("six", "1.17.0", requested: false)]
        }
        let humanize = PipPackage(name: "humanize", version: "4.11.0", url: "", sha256: nil, direct: false)
        let unlike = drift.unlike(Lock(platform: "linux-64", packages: Self.base.packages, pip: [humanize]))
        #expect(unlike.returned == ["libblas"] && unlike.lost == ["six"])
    }

    @Test("A recipe without a pip list gets one, and pip before it") func firstPip() throws {
        let text = "dependencies:\n  - python=3.11\n"
        var layer = LayerFiles()
        layer.added.distributions = [Self.dist("humanize", "4.11.0")]
        let saved = try Drift(of: Self.base, recipe: Recipe(yaml: text), layer: layer).saved(in: text)
        #expect(saved == "dependencies:\n  - python=3.11\n  - pip\n  - pip:\n      - humanize==4.11.0\n")
    }

    @Test("A line that can't be edited by itself is named") func byHand() throws {
        let text = "dependencies: [python=3.11, einops]\n"
        var layer = LayerFiles()
        layer.removedDistributions = ["einops-0.8.0.dist-info"]
        let drift = Drift(of: Self.base, recipe: try Recipe(yaml: text), layer: layer)
        #expect(throws: RecipeEditError.self) { try drift.saved(in: text) }
    }

    @Test("Records that can't be read are told, not believed") func broken() throws {
        let drift = try drift { $0.added.condaMeta["x-1-0.json"] = "{" }
        #expect(drift.diff.isEmpty)
        #expect(drift.notices.count == 1)
    }
}
