import Environments
import Foundation
import Testing

@testable import Store

@Suite("The store: taken away, restored elsewhere and taken away again, it is the same", .serialized)
struct RoundTripTests {
    private static let recipe = """
        name: lab
        dependencies:
          - python=3.11
          - berth-hello
          - berth-prefix
          - pip
          - pip: [humanize==4.11.0]
        variables:
          GREETING: hello
        """

    private func forms(of name: String, in bench: TestStore) async throws -> [String: String] {
        let found = try await bench.store.inspect(name, for: 1500)
        let lock = try JSONDecoder().decode(Lock.self, from: Data(found.lock.utf8))
        let export = EnvironmentExport(name: "lab", recipe: try Recipe(yaml: Self.recipe), lock: lock)
        return [
            "lock": found.lock, "explicit": found.explicit, "conda-lock": try export.condaLock, "pixi": export.pixiLock,
            "yaml": export.noBuilds, "dockerfile": export.dockerfile(),
        ]
    }

    private func archive(of name: String, in bench: TestStore) async throws -> Data {
        let path = "\(bench.state)/\(name).tar"
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try await bench.store.packing(name, for: 1500) { pack throws(StoreError) in try pack.write(to: file.fileDescriptor) }
        try file.close()
        return try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    }

    @Test("By the lock every form is equal to the byte, by the recipe the archive with all files too")
    func equal() async throws {
        let here = try await TestStore()
        _ = try await here.store.create(for: here.owner, environment: "lab", recipe: Self.recipe) { _ in }
        let before = try await forms(of: "lab", in: here)

        let elsewhere = try await TestStore()
        let lock = try #require(before["lock"])
        _ = try await elsewhere.store.create(for: elsewhere.owner, environment: "lab", recipe: lock) { _ in }
        #expect(try await forms(of: "lab", in: elsewhere) == before)

        let third = try await TestStore()
        _ = try await third.store.create(for: third.owner, environment: "lab", recipe: Self.recipe) { _ in }
        #expect(try await forms(of: "lab", in: third) == before)
        #expect(try await archive(of: "lab", in: third) == archive(of: "lab", in: here))
    }
}
