import Secrets

/// Takes the value of `"password"` out of a JSON text, before a decoder can make a `String` of it.
enum PasswordInJSON {
    /// The first string value under that key, as a secret; it is overwritten with spaces in
    /// `text`, which stays valid JSON. Nil where there is none, or its string never ends.
    static func take(from text: UnsafeMutableRawBufferPointer) -> Secret? {
        let key = Array("\"password\"".utf8)
        guard let start = text.indices.first(where: { text[$0...].starts(with: key) }) else { return nil }
        var index = start + key.count
        func skipSpace() { while index < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[index]) { index += 1 } }
        skipSpace()
        guard index < text.count, text[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        skipSpace()
        guard index < text.count, text[index] == UInt8(ascii: "\"") else { return nil }
        let first = index + 1
        var end = first
        while end < text.count, text[end] != UInt8(ascii: "\"") { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
        guard end < text.count else { return nil }
        let value = UnsafeMutableRawBufferPointer(rebasing: text[first..<end])
        defer { for place in value.indices { value[place] = UInt8(ascii: " ") } }
        return JSONStringBytes.secret(UnsafeRawBufferPointer(value))
    }
}

/// The bytes that the inside of a JSON string stands for (RFC 8259, 7).
private enum JSONStringBytes {
    static func secret(_ raw: UnsafeRawBufferPointer) -> Secret? {
        var count = 0
        guard decode(raw, { _ in count += 1 }) else { return nil }
        return Secret(count: count) { target in
            var place = 0
            _ = decode(raw) { byte in
                target[place] = byte
                place += 1
            }
        }
    }

    private static func decode(_ raw: UnsafeRawBufferPointer, _ put: (UInt8) -> Void) -> Bool {
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\") else {
                put(raw[index])
                index += 1
                continue
            }
            guard index + 1 < raw.count else { return false }
            switch raw[index + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): put(raw[index + 1])
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0c)
            case UInt8(ascii: "n"): put(0x0a)
            case UInt8(ascii: "r"): put(0x0d)
            case UInt8(ascii: "t"): put(0x09)
            case UInt8(ascii: "u"):
                guard var scalar = hex(raw, index + 2) else { return false }
                index += 4
                if 0xd800...0xdbff ~= scalar, raw.dropFirst(index + 2).starts(with: "\\u".utf8), let low = hex(raw, index + 4),
                    0xdc00...0xdfff ~= low
                {
                    scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
                    index += 6
                }
                guard let unicode = Unicode.Scalar(scalar) else { return false }
                for byte in UTF8.encode(unicode) ?? .init() { put(byte) }
            default: return false
            }
            index += 2
        }
        return true
    }

    private static func hex(_ raw: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
        guard start + 4 <= raw.count else { return nil }
        return raw[start..<start + 4].reduce(UInt32?(0)) { value, byte in
            guard let value, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            return value << 4 | UInt32(digit)
        }
    }
}
