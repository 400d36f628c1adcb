import Foundation
import Testing

@testable import Zstd

/// What the `zstd` program compressed.
@Suite struct ZstdDecompressorTests {
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

    @Test func refusesWhatIsNone() {
        let error = #expect(throws: ZstdError.self) { try ZstdDecompressor().decompress(Array("{\"packages\": {}}".utf8)) { _ in } }
        #expect(error?.description.isEmpty == false)
    }
}
