import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

/// What may be pushed, as values; the real git tests the rest end to end.
@Suite struct PushJudgementTests {
    private let one = String(repeating: "1", count: 40), two = String(repeating: "2", count: 40)

    private func refused(_ old: String, _ new: String, _ reference: String) -> Bool {
        do throws(StoreError) {
            _ = try PushJudgement([ReferenceUpdate(old: old, new: new, reference: reference)])
            return false
        } catch { return true }
    }

    @Test("main forwards and new releases, in one push") func taken() throws {
        let judgement = try PushJudgement([
            ReferenceUpdate(old: one, new: two, reference: "refs/heads/main"),
            ReferenceUpdate(old: PushJudgement.nothing, new: two, reference: "refs/tags/v1.0"),
        ])
        #expect(judgement.main?.new == two)
        #expect(judgement.releases.map(\.tag.description) == ["v1.0"])
    }

    @Test("Other branches, other namespaces, moved or removed releases, and main's end are refused") func refusals() {
        #expect(refused(one, PushJudgement.nothing, "refs/heads/main"))
        for reference in [
            "refs/heads/other", "refs/notes/x", "refs/replace/\(one)", "refs/tags/a/b", "refs/tags/..", "refs/tags/-x", "HEAD",
            "refs/tags/main", "refs/tags/HEAD", "refs/tags/2026", "refs/tags/\(one)",
        ] {
            #expect(refused(PushJudgement.nothing, two, reference), "\(reference)")
        }
        #expect(refused(one, two, "refs/tags/v1") && refused(one, PushJudgement.nothing, "refs/tags/v1"))
        #expect(refused("--upload-pack", two, "refs/heads/main") && refused(one, "HEAD", "refs/heads/main"))
        #expect(throws: StoreError.self) {
            try PushJudgement((0..<33).map { ReferenceUpdate(old: PushJudgement.nothing, new: two, reference: "refs/tags/v\($0)") })
        }
    }

    @Test("Names of releases are names of tags everywhere") func names() {
        #expect(["v1", "paper-2026", "1.0_rc", "a"].allSatisfy { ReleaseName($0) != nil })
        #expect(
            ["", ".x", "-x", "a..b", "a.", "a.lock", "a b", "a/b", String(repeating: "a", count: 65)].allSatisfy { ReleaseName($0) == nil })
        #expect(["main", "HEAD", "Main", "beef", "2026", "BEEF"].allSatisfy { ReleaseName($0)?.confusion != nil })
        #expect(
            ["v1", "abc", "beefs", "v2026", "mainly", String(repeating: "a", count: 41)].allSatisfy { ReleaseName($0)?.confusion == nil })
    }
}

@Suite struct PacketLineTests {
    @Test("Lines come out as they went in, in whatever pieces", arguments: [1, 3, 4, 100]) func roundTrip(size: Int) throws {
        let bytes =
            try #require(PacketLine.line("version=1\0atomic")) + PacketLine.flush + #require(PacketLine.line("ok refs/heads/main\n"))
        var reader = PacketLine.Reader(), items: [PacketLine.Reader.Item] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.feed(bytes[start..<min(start + size, bytes.count)])
            while let item = try reader.next() { items.append(item) }
        }
        #expect(items == [.line("version=1\0atomic"), .flush, .line("ok refs/heads/main")])
    }

    @Test("What is no packet line is refused, and what is too long is not written") func malformed() {
        for text in ["zzzz", "0001", "0003", "-001"] {
            var reader = PacketLine.Reader()
            reader.feed(Array(text.utf8))
            #expect(throws: PacketLine.Reader.Malformed.self) { try reader.next() }
        }
        #expect(PacketLine.line(String(repeating: "a", count: 65_517)) == nil)
    }
}

/// Releases in a real repository, without an engine.
@Suite struct ReleaseTests {
    @Test("A name stays with its version, can be taken away, and finds it") func tags() async throws {
        let layout = StoreLayout(state: "/var/tmp/berth-releases-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(atPath: layout.repositories, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let repositories = Repositories(layout: layout, account: 64_103), owner = Store.Owner(name: "anna", uid: 1500)
        let name = try #require(EnvironmentName("lab"))
        for text in ["one", "two"] {
            let version = EnvironmentVersion(recipe: text, lock: Lock(platform: "linux-64", packages: []), notices: [])
            _ = try repositories.record(version, as: name, for: owner)
        }
        let (second, first) = (try repositories.history(of: name, for: 1500)[0], try repositories.history(of: name, for: 1500)[1])
        let release = try #require(ReleaseName("v1"))
        try repositories.tag(first, as: release, of: name, for: 1500)
        try repositories.tag(first, as: release, of: name, for: 1500)
        #expect(throws: StoreError.self) { try repositories.tag(second, as: release, of: name, for: 1500) }
        #expect(try repositories.version("v1", of: name, for: 1500).0.recipe == "one")
        // From before such names were refused: it freezes nothing.
        let confusing = try #require(ReleaseName("main"))
        try repositories.tag(first, as: confusing, of: name, for: 1500)
        #expect(try repositories.current(name, for: 1500).0.recipe == "two")
        try repositories.untag(confusing, of: name, for: 1500)
        try repositories.untag(release, of: name, for: 1500)
        #expect(try repositories.tags(of: name, for: 1500) == [:])
        #expect(throws: StoreError.self) { try repositories.untag(release, of: name, for: 1500) }
    }
}
