import Glibc

/// What becomes of one file of a build on its way into an archive; bytes in, judgement out.
enum PackedFile: Equatable {
    case asItIs
    /// Bytecode that from then on is compared with its source: whoever has the archive may edit it.
    case checkedBytecode
    /// What is only sound where it was made; Python makes it again.
    case leftOut

    /// - Parameters:
    ///   - path: below the prefix.
    ///   - hasPrefix: whether the build's prefix stands in `bytes`.
    init(_ path: [UInt8], _ bytes: UnsafeRawBufferPointer, hasPrefix: Bool) {
        guard Self.isBytecode(path) else {
            self = .asItIs
            return
        }
        // PEP 552: four bytes that say which Python, four of flags; without flags the source's date follows,
        // and dates don't travel.
        let flags = bytes.dropFirst(4).prefix(4)
        if hasPrefix || flags.count < 4 || flags.allSatisfy({ $0 == 0 }) {
            // Bytecode counts its bytes, so the prefix can't be one of another length.
            self = .leftOut
        } else {
            self = flags.elementsEqual([1, 0, 0, 0]) ? .checkedBytecode : .asItIs
        }
    }

    /// The flags of bytecode whose source is compared, by the hash that follows.
    static let checkedFlags: [UInt8] = [3, 0, 0, 0]

    private static func isBytecode(_ path: [UInt8]) -> Bool {
        path.ends(with: ".pyc") && path.split(separator: UInt8(ascii: "/")).dropLast().last?.elementsEqual("__pycache__".utf8) == true
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

/// How another prefix takes the place of the build's in a file.
enum Relocation: Equatable {
    case text
    /// Texts that end with a zero byte keep the places of what follows them. Each prefix in them has room for so
    /// many bytes: the placeholder's that it was made with.
    case binary(room: Int)

    /// - Parameters:
    ///   - noted: what the package says of it; nil where it says nothing.
    ///   - bytes: some in which `prefix` stands.
    init(noted: Relocation?, _ bytes: UnsafeRawBufferPointer, prefix: String) {
        let isBinary = bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        self = noted ?? (isBinary ? .binary(room: prefix.utf8.count) : .text)
    }

    /// As `conda-unpack` reads it.
    var word: String {
        switch self {
        case .text: "text"
        case .binary(let room): "\(room)"
        }
    }
}
