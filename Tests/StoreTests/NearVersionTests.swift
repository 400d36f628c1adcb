import Foundation
import Testing

@testable import Store

@Suite("Versions that may have been meant")
struct NearVersionTests {
    private static func commit(_ digits: String) throws -> Commit {
        let id = digits + String(repeating: "0", count: 40 - digits.count)
        return try #require(Commit(line: Data("\(id)\u{0}\u{0}1\u{0}ann\u{0}m\u{0}".utf8)))
    }

    @Test(
        "The nearest by digits or release, else the newest",
        arguments: [
            ("abcf", "The nearest: abcd00000000 “v1.0”."), ("V1.1", "The nearest: abcd00000000 “v1.0”."),
            ("12", "The nearest: 12ee00000000, 12ff00000000."), ("latest", "The newest: 12ee00000000, 12ff00000000, 77aa00000000."),
        ])
    func sentence(text: String, says: String) throws {
        let all = try ["12ee", "12ff", "77aa", "abcd"].map(Self.commit)
        #expect(NearVersions.sentence(for: text, among: all, tags: ["v1.0": all[3].id]).english == says)
        #expect(NearVersions.sentence(for: text, among: [], tags: [:]) == "")
    }
}
