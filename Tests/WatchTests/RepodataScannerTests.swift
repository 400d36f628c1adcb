import Testing

@testable import Watch

/// Channels' indices, whole and in pieces.
@Suite struct RepodataScannerTests {
    private static let text = #"""
        {"info": {"subdir": "linux-64", "numpy-9.9-0.conda": {}}, "removed": ["numpy-8.0-0.conda"],
         "packages": {"numpy-1.26.4-py311_0.tar.bz2": {"name": "numpy", "depends": ["python >=3.11", {"packages": {"numpy-7.0-0.conda": 1}}]}},
         "packages.conda": {"numpy-2.1.0-py311_0.conda": {"numpy-6.0-0.conda": "x"}, "ruamel.yaml-0.18.6-py311_1.conda": {},
          "with\"quote-1-0.conda": {}, "numpy-base-5.0-0.conda": {}, "numpy-2.2.0-py312_0.conda": {"s": "}\"]{"}}, "repodata_version": 1}
        """#

    @Test(arguments: [1, 2, 7, 100_000]) func findsWhatIsAskedFor(piece: Int) {
        var scanner = RepodataScanner(wanted: ["numpy", "ruamel.yaml", "absent"])
        let bytes = Array(Self.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            #expect(!scanner.isComplete)
            scanner.take(bytes[start..<min(start + piece, bytes.count)])
        }
        #expect(scanner.isComplete)
        #expect(scanner.versions == ["numpy": ["1.26.4", "2.1.0", "2.2.0"], "ruamel.yaml": ["0.18.6"]])
    }

    @Test(arguments: ["", "{", #"{"packages": {}"#, "{]", "[}", "not found", "{}{}", String(repeating: "[", count: 100)])
    func knowsWhatIsNoIndex(text: String) {
        var scanner = RepodataScanner(wanted: ["numpy"])
        scanner.take(Array(text.utf8))
        #expect(!scanner.isComplete)
    }

    @Test func takesFileNamesApart() {
        #expect(RepodataScanner.parts(of: "Lib-X-y-1.0-h0_1.conda")! == ("lib-x-y", "1.0"))
        #expect(RepodataScanner.parts(of: "numpy-1.0.conda") == nil)
        #expect(RepodataScanner.parts(of: "numpy-1.0-0.zip") == nil)
    }
}
