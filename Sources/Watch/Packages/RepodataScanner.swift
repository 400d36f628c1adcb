/// Finds the versions of some packages in a channel's `repodata.json` (conda's “Repodata” schema: `packages` and
/// `packages.conda` by file name), byte by byte: the largest channels have hundreds of megabytes of it.
struct RepodataScanner {
    /// By name.
    private(set) var versions: [String: Set<String>] = [:]
    private let wanted: Set<String>

    /// What is open: an object, or an array.
    private var open: [Bool] = []
    private var section = ""
    private var isInString = false
    private var isEscaped = false
    /// The string that comes next is a key.
    private var expectsKey = false
    private var key: [UInt8] = []
    private var keeps = false
    private var hasEnded = false
    private var isBroken = false

    private enum Bound {
        static let depth = 64
        static let key = 512
    }

    /// - Parameter wanted: names of packages, in lower case.
    init(wanted: Set<String>) { self.wanted = wanted }

    /// Whether the text was one JSON object, to its end.
    var isComplete: Bool { hasEnded && !isBroken }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { take(byte) }
    }

    private mutating func take(_ byte: UInt8) {
        if isInString { return takeInString(byte) }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            // Names of sections, and of files in the two sections that count.
            keeps = expectsKey && (open.count == 1 || (open.count == 2 && section.hasPrefix("packages")))
            key.removeAll(keepingCapacity: true)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if open.count >= Bound.depth || hasEnded { isBroken = true } else { open.append(byte == UInt8(ascii: "{")) }
            expectsKey = byte == UInt8(ascii: "{")
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if open.popLast() != (byte == UInt8(ascii: "}")) { isBroken = true }
            if open.count == 1 { section = "" }
            hasEnded = open.isEmpty
            expectsKey = false
        case UInt8(ascii: ","): expectsKey = open.last ?? false
        case UInt8(ascii: ":"): expectsKey = false
        default: break
        }
    }

    private mutating func takeInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
            // Neither a section nor a file has a name that needs it.
            keeps = false
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if keeps { takeKey(String(decoding: key, as: UTF8.self)) }
        } else if keeps {
            if key.count < Bound.key { key.append(byte) } else { keeps = false }
        }
    }

    private mutating func takeKey(_ key: String) {
        if open.count == 1 { return section = key }
        guard let file = Self.parts(of: key), wanted.contains(file.name) else { return }
        versions[file.name, default: []].insert(file.version)
    }

    /// Name and version of `numpy-2.1.0-py311_0.conda`.
    static func parts(of file: String) -> (name: String, version: String)? {
        guard let stem = [".conda", ".tar.bz2"].first(where: file.hasSuffix).map({ file.dropLast($0.count) }) else { return nil }
        let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, !parts[parts.count - 2].isEmpty else { return nil }
        return (parts.dropLast(2).joined(separator: "-").lowercased(), String(parts[parts.count - 2]))
    }
}
