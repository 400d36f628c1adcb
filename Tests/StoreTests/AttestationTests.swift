import Configuration
import Foundation
import LauncherProtocol
import Synchronization
import TLS
import Testing

@testable import Store

/// With a real attestation: of actionlint 1.7.12 in the channel github-releases of prefix.dev, signed on GitHub, verified
/// against Sigstore's keys that came with the builder.
@Suite("The store: packages of some channels must be signed by their publisher", .serialized)
struct AttestationTests {
    private static let digest = "e3e0f35dec5b09b18baac8729d14115903b5adfd25065f8bbb90a2b3be5401e4"
    private static let fixture = Bench.root.appending(path: "Tests/Fixtures/attested/actionlint-1.7.12-h60d57d3_0.conda.sigs")

    private static var rule: AttestationRule {
        var rule = AttestationRule()
        rule.channel = "file:///attested"
        rule.identity = "https://github.com/hunger/octoconda/*"
        rule.issuer = "https://token.actions.githubusercontent.com"
        rule.target = "https://prefix.dev/github-releases"
        return rule
    }

    /// A channel with the package that was signed, one that claims its signature, and one without any.
    private func channel() throws -> String {
        let folder = "/var/tmp/berth-attested-" + UUID().uuidString
        let signatures = try Data(contentsOf: Self.fixture)
        let listed = Digest(sha256: signatures).description
        var packages: [String: Any] = [:]
        try FileManager.default.createDirectory(atPath: folder + "/noarch", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/linux-64", withIntermediateDirectories: true)
        for (name, digest, isSigned) in [
            ("actionlint", Self.digest, true), ("impostor", String(repeating: "0", count: 64), true), ("plain", Self.digest, false),
        ] {
            let file = "\(name)-1.7.12-h60d57d3_0.conda"
            var entry: [String: Any] = [
                "name": name, "version": "1.7.12", "build": "h60d57d3_0", "build_number": 0, "depends": [String](), "subdir": "noarch",
                "noarch": "generic", "sha256": digest, "size": 1,
            ]
            if isSigned {
                entry["attestations_sha256"] = listed
                try signatures.write(to: URL(filePath: "\(folder)/noarch/\(file).sigs.\(listed)"))
            }
            packages[file] = entry
        }
        for (subdir, packages) in [("noarch", packages), ("linux-64", [:])] {
            let index: [String: Any] = ["info": ["subdir": subdir], "packages": [String: Any](), "packages.conda": packages]
            try JSONSerialization.data(withJSONObject: index).write(to: URL(filePath: "\(folder)/\(subdir)/repodata.json"))
        }
        return folder
    }

    private func bench(_ channel: String, _ rules: [AttestationRule], root: String = "embedded") async throws -> TestStore {
        var settings = Bench.settings
        settings.mounts.append(SharedDirectory(source: channel, target: "/attested", readOnly: true))
        settings.attestations = rules
        settings.sigstoreRoot = root
        return try await TestStore(settings: settings)
    }

    private static func recipe(_ package: String) -> String { "channels: ['file:///attested']\ndependencies: [\(package)]\n" }

    @Test("What the publisher signed is taken; another's signature, for another package, channel or issuer, or none, is not")
    func required() async throws {
        let channel = try channel()
        defer { try? FileManager.default.removeItem(atPath: channel) }
        let bench = try await bench(channel, [Self.rule])
        #expect(try await bench.store.solve(Self.recipe("actionlint"), by: 1500) { _ in }.lock.contains(Self.digest))
        for (package, reason) in [("impostor", "does not match any subject"), ("plain", "no attestations are advertised")] {
            let error = await #expect(throws: StoreError.self) { _ = try await bench.store.solve(Self.recipe(package), by: 1500) { _ in } }
            #expect(error?.message.english.contains("must be signed by its publisher") == true, "\(String(describing: error))")
            #expect(error?.log.contains { $0.contains(package) && $0.contains(reason) } == true, "\(String(describing: error))")
        }
        var (identity, issuer, target) = (Self.rule, Self.rule, Self.rule)
        identity.identity = "https://github.com/somebody/else/*"
        issuer.issuer = "https://gitlab.com"
        target.target = "https://prefix.dev/other"
        for rule in [identity, issuer, target] {
            let other = try await self.bench(channel, [rule])
            await #expect(throws: StoreError.self) { _ = try await other.store.solve(Self.recipe("actionlint"), by: 1500) { _ in } }
        }
    }

    @Test("A lock that somebody brings is judged alike; a rule that only warns tells it, and other channels are not asked")
    func locksAndWarnings() async throws {
        let channel = try channel()
        defer { try? FileManager.default.removeItem(atPath: channel) }
        let free = try await bench(channel, [])
        let lock = try await free.store.solve(Self.recipe("plain"), by: 1500) { _ in }.lock
        let strict = try await bench(channel, [Self.rule])
        let error = await #expect(throws: StoreError.self) {
            _ = try await strict.store.create(for: strict.owner, environment: "x", recipe: lock) { _ in }
        }
        #expect(error?.message.english.contains("must be signed") == true, "\(String(describing: error))")
        strict.expectNothingBuilt()
        _ = try await strict.store.create(for: strict.owner, environment: "x", recipe: "dependencies: [berth-base=1.0]\n") { _ in }

        var rule = Self.rule
        rule.mode = .warn
        let warned = Mutex<[String]>([])
        let lenient = try await bench(channel, [rule])
        _ = try await lenient.store.solve(Self.recipe("plain"), by: 1500) { step in warned.withLock { $0.append(step.message.english) } }
        #expect(warned.withLock { $0 }.contains { $0.hasPrefix("Not attested: plain 1.7.12") })
    }

    @Test("A trusted root of one's own is what counts")
    func ownRoot() async throws {
        let channel = try channel()
        defer { try? FileManager.default.removeItem(atPath: channel) }
        let root = channel + "/trusted_root.json"
        try Data(#"{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}"#.utf8).write(to: URL(filePath: root))
        let bench = try await bench(channel, [Self.rule], root: root)
        await #expect(throws: StoreError.self) { _ = try await bench.store.solve(Self.recipe("actionlint"), by: 1500) { _ in } }
    }
}
