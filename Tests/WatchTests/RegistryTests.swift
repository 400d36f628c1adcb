import Configuration
import Foundation
import Logging
import Testing

@testable import Watch

/// The registry's API, by the same small registry that the engine pulls from.
@Suite struct RegistryTests {
    /// A registry whose tags a test decides.
    private final class Served: Sendable {
        let directory = FileManager.default.temporaryDirectory.appending(path: "registry-\(UUID().uuidString)")
        private let program: ServerProgram

        init(_ tags: [String], _ options: [String] = []) throws {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try Data(tags.joined(separator: "\n").utf8).write(to: directory.appending(path: "tags"))
            program = try ServerProgram(
                Upstream.tests.appending(path: "DockerTests/registry.py"), ["--tags", directory.path] + options)
        }

        deinit { try? FileManager.default.removeItem(at: directory) }

        func write(_ tags: [String]) throws { try Data(tags.joined(separator: "\n").utf8).write(to: directory.appending(path: "tags")) }

        /// A configuration that names an account for it.
        func configuration(user: String, password: String) throws -> BerthConfiguration {
            let file = directory.appending(path: "password")
            try Data("\(password)\n".utf8).write(to: file)
            return try BerthConfiguration(
                yaml: "images: {registries: [{registry: '127.0.0.1:\(program.port)', user: \(user), password_file: \(file.path)}]}")
        }

        var image: ImageName? { ImageName("127.0.0.1:\(program.port)/lab/image:1.0") }
        var log: [String] {
            ((try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        }
    }

    private let registry = Registry(fetcher: Fetcher(logger: Logger(label: "test")))

    @Test func tagsAreListedAndAskedForAgainOnlyWhenTheyChange() async throws {
        let served = try Served(["1.0", "1.1"])
        let image = try #require(served.image)
        #expect(try await registry.tags(of: image) == ["1.0", "1.1"])
        #expect(try await registry.tags(of: image) == ["1.0", "1.1"])
        try served.write(["1.0", "1.1", "1.2"])
        #expect(try await registry.tags(of: image) == ["1.0", "1.1", "1.2"])
        #expect(served.log.map { $0.split(separator: " ").last } == ["200", "304", "200"])
    }

    @Test func pagesAreFollowedToTheEnd() async throws {
        let all = (0..<25).map { String(format: "1.%02d", $0) }
        let served = try Served(all, ["--page", "10"])
        let image = try #require(served.image)
        #expect(try await registry.tags(of: image) == all)
        #expect(try await registry.tags(of: image) == all)
        #expect(served.log.count == 6)
    }

    @Test func aTokenIsFetchedOnceAndUsed() async throws {
        let served = try Served(["1.0", "2.0"], ["--token", "secret-token"])
        let image = try #require(served.image)
        #expect(try await registry.tags(of: image) == ["1.0", "2.0"])
        #expect(try await registry.tags(of: image) == ["1.0", "2.0"])
        let paths = served.log.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        #expect(
            paths == [
                "/v2/lab/image/tags/list?n=1000 401", "/token?service=test&scope=repository:lab/image:pull 200",
                "/v2/lab/image/tags/list?n=1000 200", "/v2/lab/image/tags/list?n=1000 304",
            ])
    }

    @Test(arguments: [["--token", "secret-token"], []])
    func aConfiguredAccountIsLetIn(_ tokens: [String]) async throws {
        let served = try Served(["1.0", "2.0"], ["--login", "berth:p:w"] + tokens)
        let image = try #require(served.image)
        let fetcher = Fetcher(logger: Logger(label: "test"))
        let known = Registry(fetcher: fetcher, configuration: try served.configuration(user: "berth", password: "p:w"))
        #expect(try await known.tags(of: image) == ["1.0", "2.0"])
        #expect(try await known.digest(of: image, tag: "1.0").hasPrefix("sha256:"))
        for registry in [registry, Registry(fetcher: fetcher, configuration: try served.configuration(user: "berth", password: "old"))] {
            let error = await #expect(throws: WatchError.self) { try await registry.tags(of: image) }
            #expect(error?.status == 401)
        }
    }

    @Test func aPasswordThatCanNotBeReadIsNamedByItsFile() async throws {
        let served = try Served(["1.0"], ["--login", "berth:p"])
        let configuration = try served.configuration(user: "berth", password: "p")
        try FileManager.default.removeItem(at: served.directory.appending(path: "password"))
        let registry = Registry(fetcher: Fetcher(logger: Logger(label: "test")), configuration: configuration)
        let image = try #require(served.image)
        let error = await #expect(throws: WatchError.self) { try await registry.tags(of: image) }
        #expect(error?.description.contains("\(served.directory.path)/password") == true)
    }

    @Test func whatIsNoRegistryIsAnError() async throws {
        let upstream = try Upstream()
        let image = try #require(ImageName(upstream.address.dropFirst(7) + "/a:1"))
        let error = await #expect(throws: WatchError.self) { try await registry.tags(of: image) }
        #expect(error?.status == 404)
    }
}
