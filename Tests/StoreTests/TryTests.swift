import Foundation
import LauncherProtocol
import Store
import Testing

@Suite("The store: recipes that are tried and not kept", .serialized)
struct TryTests {
    @Test("A recipe is built and its modules are imported; no environment is made of it")
    func imports() async throws {
        let bench = try await TestStore(warm: true)
        let recipe = "dependencies:\n  - python=3.11\n  - berth-hello\n  - numpy\n"
        let tried = try await bench.store.tryOut(recipe, for: SolveTarget(), imports: true, by: 1500) { _ in }
        #expect(tried.failures == [])
        // berth_hello and numpy; what Python itself brings lies elsewhere.
        #expect(tried.imported == 2)
        #expect(try await bench.store.list(for: 1500).isEmpty)
        #expect(bench.names(in: "store/environments").count == 1)
        _ = try await bench.store.collectGarbage(inUse: [], dryRun: false)
        #expect(bench.names(in: "store/environments") == [])
    }

    @Test("A module that can't be imported comes with Python's own words")
    func failure() throws {
        let source = try String(contentsOf: Bench.root.appending(path: "Sources/Store/Builder/imports.py"), encoding: .utf8)
        let output = Bench.docker(
            "run", "--rm", "--network", "none", Bench.builderImage, "python3", "-c",
            source
                + """
                print(failure('/opt/builder', 'nosuchmodule', '/tmp'))
                print(failure('/opt/builder', 'rattler', '/tmp'))
                print(failure('/opt/builder', 'sys; sys.exit(len(__import__("os").environ["VARIABLE"]))', '/tmp', {'VARIABLE': '123'}))
                """)
        #expect(output.text == "ModuleNotFoundError: No module named 'nosuchmodule'\nNone\nPython ended with status 3\n")
    }

    @Test("A solve tells which of pip's packages the channels have")
    func known() async throws {
        let bench = try await TestStore()
        let recipe = "dependencies: [python=3.11, pip, {pip: [humanize==4.11.0, Six]}]\n"
        #expect(try await bench.store.solve(recipe, for: SolveTarget(), by: 1500) { _ in }.channelPackages == ["six"])
    }
}
