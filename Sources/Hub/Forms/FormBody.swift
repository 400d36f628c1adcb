import Environments
import Foundation
import HTTPTypes
import Hummingbird
import Secrets

/// The fields of a form. Those that hold passwords go straight into ``Secret``, and the bytes
/// they came in are wiped.
struct FormBody {
    private(set) var texts: [String: String] = [:]
    private(set) var secrets: [String: Secret] = [:]
    /// The texts of files, by what they are called.
    private(set) var files: [String: String] = [:]

    subscript(name: String) -> String? { texts[name] }

    /// A text without the white space around it; nil when nothing is left.
    func filled(_ name: String) -> String? {
        let text = texts[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return text.isEmpty ? nil : text
    }

    /// Whether a field holds a password or an answer to PAM.
    static func isSecret(_ name: String) -> Bool { name == "password" || name.hasPrefix("answer") }

    /// Reads the body of a form of either encoding. A body over `limit` bytes is refused.
    static func read(_ request: Request, limit: Int = 64 << 10) async throws -> FormBody {
        var buffer = try await request.body.collect(upTo: limit)
        defer { buffer.withUnsafeMutableReadableBytes { $0.wipe() } }
        let type = request.headers[.contentType] ?? ""
        return try buffer.withUnsafeReadableBytes { bytes in
            do throws(NotUTF8) {
                guard let boundary = MultipartForm.boundary(of: type) else { return try FormBody(urlEncoded: bytes) }
                return FormBody(try MultipartForm.parts(of: Array(bytes), boundary: boundary))
            } catch {
                throw HubError(.badRequest, error.phrase)
            }
        }
    }

    /// Where two parts have the same name, the one that is not empty wins.
    init(_ parts: [MultipartForm.Part]) {
        for part in parts {
            if texts[part.name, default: ""].isEmpty { texts[part.name] = part.text }
            if let file = part.file { files[file] = part.text }
        }
    }

    /// Parses `application/x-www-form-urlencoded` (WHATWG URL, 5.1).
    init(urlEncoded bytes: UnsafeRawBufferPointer) throws(NotUTF8) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try Self.text(pair[pair.startIndex..<end])
            let value = end < pair.endIndex ? pair[(end + 1)...] : pair[pair.endIndex...]
            if Self.isSecret(name) {
                secrets[name] = Secret(count: Self.decodedCount(value)) { target in
                    _ = Self.decode(value) { target[$0] = $1 }
                }
            } else {
                texts[name] = try Self.text(value)
            }
        }
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) throws(NotUTF8) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        _ = decode(bytes) { decoded.append($1) }
        return try PlainText(decoded).text
    }

    private static func decodedCount(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int { decode(bytes) { _, _ in } }

    /// Calls `take` with each decoded byte and its place; returns how many there are.
    private static func decode(_ bytes: Slice<UnsafeRawBufferPointer>, _ take: (Int, UInt8) -> Void) -> Int {
        var count = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            if byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            } else if byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]),
                let low = hex(bytes[index + 2])
            {
                byte = high << 4 | low
                index += 2
            }
            take(count, byte)
            count += 1
            index += 1
        }
        return count
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
