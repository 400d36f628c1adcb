import Foundation
import Testing

@testable import Zstd

/// Zstandard, also as the `zstd` program writes it.
@Suite struct ZstdTests {
    private func compressed(_ plain: Data) throws -> [UInt8] {
        let process = Process(), input = FileManager.default.temporaryDirectory.appending(path: "zstd-\(UUID().uuidString)")
        try plain.write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        process.executableURL = URL(filePath: "/usr/bin/zstd")
        process.arguments = ["--stdout", "--quiet", input.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(bytes)
    }

    @Test(arguments: [1, 7, 1000, 1 << 20]) func givesBackWhatWasCompressed(piece: Int) throws {
        var plain = Data()
        for number in 0..<60_000 { plain.append(Data("line \(number)\n".utf8)) }
        let packed = try compressed(plain)
        let decompressor = ZstdDecompressor()
        var result: [UInt8] = []
        for start in stride(from: 0, to: packed.count, by: piece) {
            try decompressor.decompress(Array(packed[start..<min(start + piece, packed.count)])) { result += $0 }
            if start + piece < packed.count { #expect(!decompressor.isAtEnd || result.isEmpty) }
        }
        #expect(result == Array(plain))
        #expect(decompressor.isAtEnd)
    }

    @Test(arguments: [0, 1, 5_000_000]) func whatIsCompressedHereIsGivenBackToo(count: Int) throws {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let packed = try zstdCompressed(plain)
        #expect(count < 100 || packed.count < plain.count / 2)
        let decompressor = ZstdDecompressor()
        var result: [UInt8] = []
        try decompressor.decompress(packed) { result += $0 }
        #expect(result == plain && decompressor.isAtEnd)
    }

    @Test func refusesWhatIsNone() {
        let error = #expect(throws: ZstdError.self) { try ZstdDecompressor().decompress(Array("{\"packages\": {}}".utf8)) { _ in } }
        #expect(error?.description.isEmpty == false)
    }
}
