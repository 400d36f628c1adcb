import Environments
import CLinux

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

    /// `text` with every `old` become `new`.
    static func replacing(_ old: String, with new: String, in text: String) -> String {
        precondition(old.utf8.count == new.utf8.count, "prefixes of two lengths")
        return text.replacing(old, with: new)
    }

    private static func places(of text: [UInt8], in bytes: UnsafeRawBufferPointer) -> [Int] {
        guard let base = bytes.baseAddress else { return [] }
        var places: [Int] = []
        var start = 0
        while let found = memmem(base + start, bytes.count - start, text, text.count) {
            places.append(UnsafeRawPointer(found) - base)
            start = UnsafeRawPointer(found) - base + text.count
        }
        return places
    }
}
