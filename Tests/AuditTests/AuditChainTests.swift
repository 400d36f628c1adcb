import Foundation
import Testing

@testable import Audit

@Suite struct AuditChainTests {
    private static let events = (1...4).map {
        AuditEvent(.login, who: "person\($0)", from: "192.0.2.\($0)", at: Date(timeIntervalSince1970: 1_700_000_000.25))
    }

    private func lines() throws -> [[UInt8]] {
        var chain = AuditChain()
        return try Self.events.map { try chain.append($0) }
    }

    /// The number of the first broken line and what is wrong with it.
    private func firstFault(_ lines: [[UInt8]]) -> (Int, AuditFault)? {
        var chain = AuditChain()
        for line in lines {
            do throws(AuditFault) { _ = try chain.check(line) } catch { return (chain.count, error) }
        }
        return nil
    }

    @Test func whatWasAppendedReadsBack() throws {
        var chain = AuditChain()
        #expect(try lines().map { try chain.check($0) } == Self.events)
    }

    @Test func aLineIsOneJSONObject() throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(lines()[1])) as? [String: String])
        #expect(object["who"] == "person2" && object["from"] == "192.0.2.2" && object["what"] == "login" && object["result"] == "success")
        #expect(object["time"] == "2023-11-14T22:13:20.250Z")
        let first = try #require(try JSONSerialization.jsonObject(with: Data(lines()[0])) as? [String: String])
        #expect(object["previous"] == first["hash"] && first["previous"] == String(repeating: "0", count: 64))
    }

    @Test func anyChangedByteIsNoticed() throws {
        let whole = try lines()
        for place in whole[1].indices {
            var changed = whole
            changed[1][place] ^= 1
            let fault = try #require(firstFault(changed), "byte \(place)")
            #expect(fault.0 == 2, "byte \(place)")
        }
    }

    @Test func aMissingAMovedAndAnInsertedLineAreNoticed() throws {
        let whole = try lines()
        #expect(firstFault([whole[0], whole[2], whole[3]])! == (2, .unlinked))
        #expect(firstFault([whole[1], whole[2]])! == (1, .unlinked))
        #expect(firstFault([whole[0], whole[2], whole[1]])! == (2, .unlinked))
        #expect(firstFault([whole[0], whole[0]])! == (2, .unlinked))
        #expect(firstFault([whole[0], Array("{}".utf8)])! == (2, .notALine))
        #expect(firstFault([whole[0], []])! == (2, .notALine))
    }

    @Test func textsOfStrangersAreCutAndVisible() {
        let event = AuditEvent(.login, who: "a\n\u{1b}[2J\u{202e}" + String(repeating: "x", count: 500), note: "\\u{a}")
        #expect(event.who.hasPrefix("a\\u{a}\\u{1b}[2J\\u{202e}xxx"))
        #expect(event.who.hasSuffix("…") && event.who.count < 100)
        #expect(event.note == "\\\\u{a}")
        #expect(AuditEvent(.login, who: "王小明").who == "王小明")
    }
}
