import Testing

@testable import Environments

@Suite("pixi.toml and pyproject.toml made a recipe") struct ImportTests {
    private static let pixi = """
        [workspace]
        name = "vision"
        channels = ["conda-forge", {channel = "https://mirror.example.org/extra", priority = 2}]
        platforms = ["linux-64", "osx-arm64"]

        [tasks]
        train = "python train.py"

        [dependencies]
        python = "3.11.*"
        numpy = ">=2, <3"
        zlib = "*"
        gdal = "3.9"
        pytorch = {version = "2.6.*", build = "cuda*", channel = "conda-forge"}
        ours = {path = "../ours"}

        [pypi-dependencies]
        einops = "==0.8"
        rich = {version = ">=13", extras = ["jupyter"]}
        tool = {git = "https://example.org/tool.git", tag = "v1"}
        here = {path = ".", editable = true}

        [pypi-options]
        extra-index-urls = ["https://pypi.example.org/simple"]

        [activation.env]
        MODE = "fast"

        [system-requirements]
        cuda = "12.4"

        [target.win-64.dependencies]
        vs2022 = "*"

        [feature.docs.dependencies]
        sphinx = ">=8"

        [feature.gpu.dependencies]
        cuda-version = "12.4.*"

        [environments]
        train = ["gpu"]
        """

    @Test("pixi.toml: what a recipe can say is in it, and the rest is named") func whole() throws {
        let imported = try ImportedRecipe(Self.pixi, as: .pixi)
        let recipe = try Recipe(yaml: imported.text)
        #expect(recipe.name?.text == "vision")
        #expect(recipe.channels.map(\.text) == ["conda-forge", "https://mirror.example.org/extra"])
        #expect(recipe.platforms.map(\.text) == ["linux-64", "osx-arm64"])
        #expect(
            Set(recipe.dependencies.map(\.spec)) == [
                "python=3.11.*", "numpy>=2,<3", "zlib", "gdal==3.9", "conda-forge::pytorch[version='2.6.*',build='cuda*']", "pip",
            ])
        #expect(
            Set(recipe.pip.map(\.text)) == [
                "einops==0.8", "rich[jupyter]>=13", "tool @ git+https://example.org/tool.git@v1",
                "--extra-index-url https://pypi.example.org/simple",
            ])
        #expect(recipe.variables == ["MODE": "fast"])
        for left in [
            "tasks", "dependencies.ours", "pypi-dependencies.here", "system-requirements.cuda", "target.win-64", "feature.docs",
            "feature.gpu",
        ] {
            #expect(imported.notices.contains { $0.english.hasPrefix("“\(left)” is left out: ") }, "\(left): \(imported.notices)")
        }
    }

    @Test("An environment of pixi's brings its features") func features() throws {
        let imported = try ImportedRecipe(Self.pixi, as: .pixi, choosing: ["train"])
        #expect(try Recipe(yaml: imported.text).dependencies.contains { $0.spec == "cuda-version=12.4.*" })
        #expect(!imported.notices.contains { $0.english.contains("feature.gpu") })
        #expect(imported.notices.contains { $0.english.contains("“feature.docs” is left out: choose it with --choose docs.") })
    }

    @Test("pyproject.toml: requirements, Python, and the extras that are chosen") func project() throws {
        let text = """
            [build-system]
            requires = ["hatchling"]
            [project]
            name = "lab"
            requires-python = ">=3.10, <3.13"
            dependencies = ["numpy>=2", "ours @ file:///srv/ours"]
            dynamic = ["version"]
            [project.optional-dependencies]
            gpu = ["cupy-cuda12x"]
            docs = ["sphinx"]
            [tool.poetry.dependencies]
            x = "^1"
            """
        #expect(ImportedRecipe.Form(of: text) == .pyproject)
        let imported = try ImportedRecipe(text, as: .pyproject, named: "mine", choosing: ["gpu"])
        let recipe = try Recipe(yaml: imported.text)
        #expect(recipe.name?.text == "mine")
        #expect(recipe.dependencies.map(\.spec) == ["python>=3.10,<3.13", "pip"])
        #expect(recipe.pip.map(\.text) == ["numpy>=2", "cupy-cuda12x"])
        for left in ["file:///srv/ours", "project.optional-dependencies.docs", "tool.poetry", "project itself"] {
            #expect(imported.notices.contains { $0.english.contains(left) }, "\(left): \(imported.notices)")
        }
    }

    @Test("[tool.pixi] and [project] together: pixi's Python decides") func both() throws {
        let text = """
            [project]
            name = "lab"
            requires-python = ">=3.9"
            dependencies = ["rich"]
            [tool.pixi.workspace]
            channels = ["conda-forge"]
            platforms = ["linux-64"]
            [tool.pixi.dependencies]
            python = "3.12.*"
            """
        #expect(ImportedRecipe.Form(of: text) == .pyproject)
        let recipe = try Recipe(yaml: try ImportedRecipe(text, as: .pyproject).text)
        #expect(recipe.dependencies.map(\.spec) == ["python=3.12.*", "pip"])
    }

    @Test("A text tells what it is")
    func forms() {
        #expect(ImportedRecipe.Form(of: Self.pixi) == .pixi)
        #expect(
            ImportedRecipe.Form(of: "# ours\n--index-url https://x.example.org\nnumpy>=2\nrich[jupyter] ; python_version > '3'\n")
                == .requirements)
        #expect(ImportedRecipe.Form(of: "name: x\ndependencies:\n  - python\n") == nil)
        #expect(ImportedRecipe.Form(of: "dependencies: [numpy]\n") == nil)
        #expect(ImportedRecipe.Form(of: "channels:\n- a\ndependencies:\n- numpy\n") == nil)
        #expect(ImportedRecipe.Form(of: "\n# nothing\n") == nil)
    }

    @Test("What is no TOML is refused with its line") func broken() throws {
        let error = try #require(throws: ImportError.self) { try ImportedRecipe("[project]\nname = \n", as: .pyproject) }
        #expect(error.description.contains("pyproject.toml can't be read: line 2"), "\(error)")
    }

    @Test("Requirements are taken with the Python that is named") func requirements() throws {
        let imported = try ImportedRecipe("numpy\n-e .\n", as: .requirements, named: "lab", python: "3.12")
        let recipe = try Recipe(yaml: imported.text)
        #expect(recipe.dependencies.map(\.spec) == ["python=3.12", "pip"])
        #expect(recipe.pip.map(\.text) == ["numpy"])
        #expect(imported.notices.count == 1)
    }

    @Test("What can be chosen is named, and what can't is refused with what can")
    func choices() throws {
        #expect(try ImportedRecipe(Self.pixi, as: .pixi).choices == ["train", "docs", "gpu"])
        let project =
            "[project]\nname = \"x\"\n[project.optional-dependencies]\nfast = [\"numba\"]\n[dependency-groups]\ntest = [\"pytest\"]\n"
        let imported = try ImportedRecipe(project, as: .pyproject, python: "3.12", choosing: ["test"])
        #expect(imported.choices == ["fast", "test"] && imported.text.contains("pytest") && imported.text.contains("- python=3.12\n"))
        let error = try #require(throws: ImportError.self) { try ImportedRecipe(project, as: .pyproject, choosing: ["tset"]) }
        #expect(error.description.contains("“tset”") && error.description.contains("fast, test"))
        let none = try #require(throws: ImportError.self) { try ImportedRecipe("rich\n", as: .requirements, choosing: ["x"]) }
        #expect(none.description.contains("no environments"))
        for python in ["3.12\n  - evil", ">=3", "", "3..1", "latest"] {
            #expect(throws: ImportError.self, "\(python)") { try ImportedRecipe("rich\n", as: .requirements, python: python) }
        }
    }
}
