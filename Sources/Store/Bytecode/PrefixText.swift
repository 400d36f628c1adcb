import CLinux
import Environments

/// The prefixes of all builds have one length, so one can take another's place in any file, bytecode included.
enum PrefixText {
    /// A prefix that no build has.
    static let neutral = BuildID(neutralDigits).map(\.prefix) ?? ""
    private static let neutralDigits = String(repeating: "0", count: 32)

    /// `bytes` with every `old` become `new`; nil where there is none.
    static func replacing(_ old: String, with new: String, in bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        precondition(old.count == new.count, "prefixes of two lengths")
        let places = places(of: old, in: bytes)
        guard !places.isEmpty else { return nil }
        var result = Array(bytes)
        for place in places { result.replaceSubrange(place..<place + new.count, with: new) }
        return result
    }

    static func contains(_ prefix: String, in bytes: UnsafeRawBufferPointer) -> Bool {
        place(of: Array(prefix.utf8), in: bytes, from: 0) != nil
    }

    /// `text` with every `old` become `new`.
    static func replacing(_ old: String, with new: String, in text: String) -> String {
        precondition(old.utf8.count == new.utf8.count, "prefixes of two lengths")
        return text.replacing(old, with: new)
    }

    private static func places(of text: [UInt8], in bytes: UnsafeRawBufferPointer) -> [Int] {
        var places: [Int] = []
        var start = 0
        while let place = place(of: text, in: bytes, from: start) {
            places.append(place)
            start = place + text.count
        }
        return places
    }

    private static func place(of text: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let found = memmem(base + start, bytes.count - start, text, text.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
