import Foundation
import Logging
import Testing

@testable import Watch

/// Channels and PyPI, by real HTTP.
@Suite struct UpstreamTests {
    private let fetcher = Fetcher(logger: Logger(label: "test"))

    private func index(_ files: String...) -> String {
        #"{"packages": {}, "packages.conda": {"# + files.map { "\"\($0)\": {}" }.joined(separator: ", ") + "}}"
    }

    @Test func aChannelIsAskedAgainOnlyForWhatChanged() async throws {
        let upstream = try Upstream()
        try upstream.write(index("numpy-2.1.0-0.conda"), to: "channel/linux-64/repodata.json")
        try upstream.write(index("six-1.0-0.conda"), to: "channel/noarch/repodata.json")
        let channels = Channels(fetcher: fetcher)
        let channel = upstream.address + "/channel"
        #expect(
            try await channels.versions(of: ["numpy", "six"], in: channel, platform: "linux-64") == ["numpy": ["2.1.0"], "six": ["1.0"]])
        try upstream.write(index("six-1.0-0.conda", "six-1.1-0.conda"), to: "channel/noarch/repodata.json")
        let again = try await channels.versions(of: ["six"], in: channel + "/", platform: "linux-64")
        #expect(again["six"] == ["1.0", "1.1"])
        // A name that nobody asked for before is in what is read anew, not in what is remembered.
        #expect(try await channels.versions(of: ["numpy", "new"], in: channel, platform: "linux-64")["numpy"] == ["2.1.0"])
        let asked = upstream.log.filter { !$0.contains(".zst") }
        #expect(
            asked == [
                "GET /channel/linux-64/repodata.json 200", "GET /channel/noarch/repodata.json 200",
                "GET /channel/linux-64/repodata.json 304", "GET /channel/noarch/repodata.json 200",
                "GET /channel/linux-64/repodata.json 200", "GET /channel/noarch/repodata.json 200",
            ])
    }

    @Test func theIndexThatRattlerCompressedIsRead() async throws {
        let made = try #require(ProcessInfo.processInfo.environment["BERTH_CHANNEL"])
        let upstream = try Upstream()
        for directory in ["linux-64", "noarch"] {
            let index = URL(filePath: made).appending(path: "\(directory)/repodata.json.zst")
            try upstream.write(try Data(contentsOf: index), to: "\(directory)/repodata.json.zst")
        }
        let channels = Channels(fetcher: fetcher)
        let versions = try await channels.versions(of: ["python", "berth-base"], in: upstream.address, platform: "linux-64")
        #expect(versions["berth-base"] == ["1.0", "2.0"])
        #expect(versions["python"] == ["3.11.2"])
        // Cut off on the way.
        try upstream.write(
            try Data(contentsOf: URL(filePath: made).appending(path: "noarch/repodata.json.zst")).dropLast(9),
            to: "noarch/repodata.json.zst")
        await #expect(throws: WatchError.self) {
            try await channels.versions(of: ["python"], in: upstream.address, platform: "linux-64")
        }
    }

    @Test func aChannelWithoutThePlatformHasNothingForIt() async throws {
        let upstream = try Upstream()
        try upstream.write(index("six-1.0-0.conda"), to: "noarch/repodata.json")
        let channels = Channels(fetcher: fetcher)
        #expect(try await channels.versions(of: ["six"], in: upstream.address, platform: "linux-aarch64") == ["six": ["1.0"]])
    }

    @Test func pauseAndRedirectAreObeyed() async throws {
        let upstream = try Upstream()
        try upstream.write("here", to: "here")
        try upstream.write(
            """
            {"/busy": [{"status": 429, "headers": {"Retry-After": "1"}}, {"status": 302, "headers": {"Location": "/here"}}],
             "/closed": [{"status": 503, "headers": {"Retry-After": "7200"}}],
             "/bad": [{"status": 302, "headers": {"Location": "file:///etc/passwd"}}],
             "/round": [\(Array(repeating: #"{"status": 301, "headers": {"Location": "/round"}}"#, count: 9).joined(separator: ", "))]}
            """, to: "rules.json")
        let began = ContinuousClock.now
        let answer = try #require(try await fetcher.document(upstream.address + "/busy"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "here")
        #expect(ContinuousClock.now - began >= .seconds(1))
        #expect(upstream.log == ["GET /busy 429", "GET /busy 302", "GET /here 200"])
        await #expect(throws: WatchError.self) { try await fetcher.document(upstream.address + "/bad") }
        await #expect(throws: WatchError.self) { try await fetcher.document(upstream.address + "/round") }
        // A long pause holds for the whole host, and nobody waits for it.
        await #expect(throws: WatchError.self) { try await fetcher.document(upstream.address + "/closed") }
        let before = upstream.log.count
        let error = await #expect(throws: WatchError.self) { try await fetcher.document(upstream.address + "/here") }
        #expect(error?.status == 429 && upstream.log.count == before)
    }

    @Test func pypiKnowsWhatRunsOnWhichPython() async throws {
        let upstream = try Upstream()
        try upstream.write(
            """
            {"info": {"version": "3.0"}, "releases": {"1.0": [{"yanked": false, "requires_python": null}],
             "1.1": [{"yanked": true, "requires_python": ""}], "1.2": [], "2.0": [{"yanked": false, "requires_python": ">=3.8, !=3.9.*"}],
             "3.0": [{"yanked": false, "requires_python": ">=3.12"}]}}
            """, to: "pypi/humanize/json")
        let pypi = PyPI(fetcher: fetcher, address: upstream.address + "/pypi/{name}/json")
        #expect(try await pypi.versions(of: "humanize", python: "3.11.2") == ["1.0", "2.0"])
        #expect(try await pypi.versions(of: "humanize", python: "3.12.0") == ["1.0", "2.0", "3.0"])
        #expect(try await pypi.versions(of: "absent", python: "3.11.2") == [])
        #expect(upstream.log == ["GET /pypi/humanize/json 200", "GET /pypi/humanize/json 304", "GET /pypi/absent/json 404"])
        try upstream.write("<html>", to: "pypi/humanize/json")
        await #expect(throws: WatchError.self) { try await pypi.versions(of: "humanize", python: "3.12.0") }
    }
}
