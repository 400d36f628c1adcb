import Foundation
import Logging
import Testing

@testable import Audit

@Suite struct AuditLogTests: ~Copyable {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID().uuidString)").path
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    deinit { unlink(path) }

    private func write(_ names: [String]) async throws {
        let log = try AuditLog(path: path, logger: logger)
        for name in names { log.record(AuditEvent(.logout, who: name)) }
        await log.settled()
    }

    private func names() throws -> [String] {
        var names: [String] = []
        try AuditReader(path: path).events { names.append($0.who) }
        return names
    }

    @Test func itIsOneChainOverRestarts() async throws {
        try await write(["a", "b"])
        try await write([])
        try await write(["c"])
        let verdict = try AuditReader(path: path).verify()
        #expect(verdict.good == 3 && verdict.broken == nil && verdict.unfinished == 0)
        #expect(try names() == ["a", "b", "c"])
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(rights == 0o600)
    }

    @Test(arguments: [7, 300, 1 << 18])
    func theNewestComeFirstAndNoMoreIsRead(piece: Int) async throws {
        let written = (0..<40).map { "n\($0)" }
        try await write(written)
        let reader = AuditReader(path: path, piece: piece)
        func newest(_ count: Int) throws -> [String] {
            var names: [String] = []
            try reader.newest { event in
                names.append(event.who)
                return names.count < count
            }
            return names
        }
        #expect(try newest(.max) == written.reversed())
        #expect(try newest(3) == ["n39", "n38", "n37"])
        // What a crash left of a line is no event.
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"who\":\"half".utf8))
        #expect(try newest(2) == ["n39", "n38"])
        // The beginning of the log can be anything where only its end is asked for.
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data(repeating: 0, count: 60))
        #expect(try newest(.max).count == 39)
        unlink(path)
        try await write([])
        #expect(try newest(1).isEmpty)
    }

    @Test func manyWritersKeepEachTheirOrder() async throws {
        let log = try AuditLog(path: path, logger: logger)
        await withTaskGroup { group in
            for writer in 0..<4 {
                group.addTask { for number in 0..<500 { log.record(AuditEvent(.login, who: "\(writer)", on: "\(number)")) } }
            }
        }
        await log.settled()
        #expect(try AuditReader(path: path).verify().good == 2000)
        var seen: [String: [Int]] = [:]
        try AuditReader(path: path).events { seen[$0.who, default: []].append(Int($0.on) ?? -1) }
        for writer in 0..<4 { #expect(seen["\(writer)"] == Array(0..<500)) }
    }

    @Test(arguments: [1, 40, 200])
    func anUnfinishedLineIsCutOffAndNoted(kept: Int) async throws {
        try await write(["a", "b"])
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let second = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
        try whole.prefix(second + kept).write(to: URL(fileURLWithPath: path))
        #expect(try AuditReader(path: path).verify().unfinished == kept)
        try await write(["c"])
        let verdict = try AuditReader(path: path).verify()
        #expect(verdict.good == 3 && verdict.broken == nil)
        #expect(try names() == ["a", AuditOrigin.berth, "c"])
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\(kept) bytes"))
    }

    @Test func aFirstLineThatWasNeverFinishedLeavesAnEmptyLog() async throws {
        try Data("{\"who".utf8).write(to: URL(fileURLWithPath: path))
        try await write(["a"])
        #expect(try AuditReader(path: path).verify().good == 2)
    }

    @Test func theFirstBrokenLineIsNamedAndWritingGoesOn() async throws {
        try await write(["a", "b", "c"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"who\":\"b\"", with: "\"who\":\"x\"").write(toFile: path, atomically: true, encoding: .utf8)
        try await write(["d"])
        let verdict = try AuditReader(path: path).verify()
        #expect(verdict.good == 1 && verdict.broken == 2 && verdict.fault == .changed)
        #expect(try names() == ["a", "x", "c", "d"])
    }

    @Test func twoWritersAreRefused() async throws {
        let log = try AuditLog(path: path, logger: logger)
        #expect(throws: AuditError.self) { try AuditLog(path: path, logger: logger) }
        log.record(AuditEvent(.logout, who: "a"))
        await log.settled()
    }
}
