import LauncherProtocol
import Store
import Testing

@Suite("The store: which lines of a recipe don't fit together", .serialized)
struct ConflictTests {
    private func failure(_ recipe: String, target: SolveTarget = SolveTarget()) async throws -> StoreError {
        let bench = try await TestStore()
        return try await #require(throws: StoreError.self) { try await bench.store.solve(recipe, for: target, by: 1500) { _ in } }
    }

    @Test("Of many lines the two that are in conflict, and no other")
    func least() async throws {
        let error = try await failure(
            """
            name: x
            dependencies:
              - python=3.11
              - berth-left   # one
              - numpy
              - berth-right  # other
              - berth-prefix

            """)
        #expect(
            error.message.english.contains("Lines 4 and 6 can't be met together: they want different versions of berth-base."), "\(error)")
        #expect(error.places.map(\.line) == [4, 6])
        #expect(error.places.map(\.column) == [5, 5])
        #expect(error.places[0].message.english.contains("berth-left 1.0 needs berth-base 1.*"), "\(error)")
    }

    @Test("A version that the channels haven't: those that they have; a name like one that they have")
    func missing() async throws {
        let version = try await failure("dependencies:\n  - berth-prefix\n  - berth-base=3\n")
        #expect(version.places.map(\.line) == [3])
        #expect(version.message.english.contains("The channels have berth-base 2.0, 1.0."), "\(version)")
        let name = try await failure("dependencies:\n  - berth-prefixx\n")
        #expect(name.message.english.contains("Did you mean “berth-prefix”"), "\(name)")
    }

    @Test("What another platform hasn't, and a CUDA that is too old")
    func elsewhere() async throws {
        let platform = try await failure("dependencies:\n  - berth-base\n  - python=3.11\n", target: SolveTarget(platform: "osx-arm64"))
        #expect(platform.places.map(\.line) == [3])
        #expect(platform.message.english.contains("for osx-arm64"), "\(platform)")
        let cuda = try await failure("dependencies:\n  - berth-gpu\n", target: SolveTarget(cuda: "11.8"))
        #expect(cuda.places.first?.message.english.contains("__cuda >=12") == true, "\(cuda)")
    }
}
