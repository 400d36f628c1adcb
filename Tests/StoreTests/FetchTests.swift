import Foundation
import Testing

@testable import Store

/// What may be fetched from where, as values.
@Suite struct FetchTests {
    private func refused(_ url: String, _ reference: String? = nil, _ path: String? = nil) -> Bool {
        do throws(StoreError) {
            _ = try GitSource(url: url, reference: reference, path: path)
            return false
        } catch { return true }
    }

    @Test("A repository over HTTP, with what is left out filled in") func sources() throws {
        let source = try GitSource(url: "https://[2001:4860::8888]:8443/a/b.git", reference: nil, path: nil)
        #expect(source.host == "2001:4860::8888" && source.port == 8443)
        #expect(source.reference == "HEAD" && source.path == "environment.yml")
        #expect(!refused("https://example.org/x", "feature/a-b_1.0", "deep/er/e nv.yml"))
    }

    @Test("Nothing that git could take for anything else") func refusals() {
        for url in [
            "file:///etc", "ssh://h/x", "git://h/x", "ext::sh", "h:x", "-u", "", "https://", "https://u:p@h/x", "https://u@h/x",
            "https://h/a b",
            "https://h/\n",
        ] { #expect(refused(url), "\(url)") }
        for reference in ["--x", "", "a..b", "a b", "+main", "main:other", "^a", String(repeating: "a", count: 201)] {
            #expect(refused("https://h/x", reference), "\(reference)")
        }
        for path in ["/etc/passwd", "../x", "a/../b", "a//b", "", ".", "a\nb"] { #expect(refused("https://h/x", nil, path), "\(path)") }
    }

    @Test("Nothing is fetched from this host, unless it is configured") func fetch() async throws {
        let bench = try await TestStore()
        for url in ["http://127.0.0.1:1/x", "http://localhost:1/x", "http://[::1]:1/x"] {
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.fetchRecipe(url: url, reference: nil, path: nil, for: 1500)
            }
            #expect(error?.message.english.contains("private network") == true, "\(url): \(error?.message ?? "")")
        }
        var settings = Bench.settings
        settings.gitPrivateAddresses = true
        let open = try await TestStore(settings: settings)
        let error = await #expect(throws: StoreError.self) {
            try await open.store.fetchRecipe(url: "http://127.0.0.1:1/x", reference: nil, path: nil, for: 1500)
        }
        #expect(error?.message.english.contains("can't be fetched") == true && error?.log.isEmpty == false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "/tmp").contains { $0.hasPrefix("berth-fetch-") } == false)
    }
}
