import Environments
import Testing

@Suite("requirements.txt made a recipe") struct RequirementsTests {
    @Test("Comments go, long lines are joined, what can't travel is told") func whole() throws {
        let requirements = Requirements(
            """
            # the team's
            --index-url https://pypi.example.org/simple
            numpy>=2,<3   # arrays
            six==1.17 \\
                --hash=sha256:ab
            tool @ https://x.example.org/tool.zip#egg=tool

            -r more.txt
            -e .
            ./local.whl
            uvloop ; sys_platform == "linux"
            last \\
            """)
        #expect(
            requirements.lines == [
                "--index-url https://pypi.example.org/simple", "numpy>=2,<3", "six==1.17     --hash=sha256:ab",
                "tool @ https://x.example.org/tool.zip#egg=tool", "uvloop ; sys_platform == \"linux\"", "last",
            ])
        #expect(requirements.notices.map { $0.english.prefix(7) } == ["Line 8:", "Line 9:", "Line 10"])
        let recipe = try Recipe(yaml: requirements.recipe(name: "lab", python: "3.11"))
        #expect(recipe.pip.map(\.text) == requirements.lines)
        #expect(recipe.dependencies.map(\.spec) == ["python=3.11", "pip"])
        #expect(recipe.channels.map(\.text) == ["conda-forge"])
        #expect(recipe.name?.text == "lab")
    }

    @Test("An empty one is still a recipe") func empty() throws {
        #expect(try Recipe(yaml: Requirements("\n# nothing\n").recipe(name: "a", python: "3.12")).pip.isEmpty)
    }
}
