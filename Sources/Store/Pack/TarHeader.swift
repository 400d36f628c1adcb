/// What stands before one entry of a tar archive, in GNU's form, which every tar reads (“Basic Tar Format” in
/// GNU tar's manual). Owner and dates are nobody's: the same content gives the same bytes.
struct TarHeader {
    /// What the entry is.
    enum Kind {
        /// Its bytes, and then ``padding(after:)``, follow the header.
        case file(size: Int, isExecutable: Bool)
        case directory
        case link(target: [UInt8])
    }

    static let block = 512
    /// What ends an archive.
    static let end = [UInt8](repeating: 0, count: 2 * block)

    let bytes: [UInt8]

    /// - Parameter path: below the archive's top, without a slash at either end; bytes as the file system has them.
    init(_ path: [UInt8], _ kind: Kind) {
        var before: [UInt8] = []
        if path.count > Field.name.count { before += Self.long(path, type: "L") }
        switch kind {
        case .file(let size, let isExecutable):
            bytes = before + Self.header(path, type: "0", mode: isExecutable ? 0o755 : 0o644, size: size)
        case .directory:
            bytes = before + Self.header(path, type: "5", mode: 0o755)
        case .link(let target):
            if target.count > Field.target.count { before += Self.long(target, type: "K") }
            bytes = before + Self.header(path, type: "2", mode: 0o777, target: target)
        }
    }

    /// Zeros that fill a file's last block.
    static func padding(after size: Int) -> [UInt8] { [UInt8](repeating: 0, count: (block - size % block) % block) }

    private enum Field {
        static let name = 0..<100
        static let mode = 100..<108
        static let owner = 108..<116
        static let group = 116..<124
        static let size = 124..<136
        static let date = 136..<148
        static let checksum = 148..<156
        static let type = 156
        static let target = 157..<257
        static let magic = 257..<265
    }

    /// The first date that every format of archives knows: 1980-01-01.
    private static let date = 315_532_800

    /// A name that the header has no room for, as an entry before it.
    private static func long(_ name: [UInt8], type: Unicode.Scalar) -> [UInt8] {
        let content = name + [0]
        return header(Array("././@LongLink".utf8), type: type, mode: 0, size: content.count) + content + padding(after: content.count)
    }

    private static func header(
        _ name: [UInt8], type: Unicode.Scalar, mode: Int, size: Int = 0, target: [UInt8] = []
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ bytes: some Sequence<UInt8>, _ field: Range<Int>) {
            for (index, byte) in zip(field, bytes) { header[index] = byte }
        }
        func put(_ number: Int, _ field: Range<Int>) {
            let digits = String(number, radix: 8)
            let room = field.count - 1
            guard digits.count > room else {
                return put((String(repeating: "0", count: room - digits.count) + digits).utf8, field)
            }
            // More than eight digits of octal hold: the number itself, its first bit set.
            for index in field { header[index] = UInt8(truncatingIfNeeded: number >> min(8 * (field.upperBound - 1 - index), 63)) }
            header[field.lowerBound] = 0x80
        }
        put(name, Field.name)
        put(mode, Field.mode)
        put(0, Field.owner)
        put(0, Field.group)
        put(size, Field.size)
        put(date, Field.date)
        header[Field.type] = UInt8(ascii: type)
        put(target, Field.target)
        put("ustar  ".utf8, Field.magic)
        put("        ".utf8, Field.checksum)
        let sum = header.reduce(0) { $0 + Int($1) }
        put((String(repeating: "0", count: max(0, 6 - String(sum, radix: 8).count)) + String(sum, radix: 8)).utf8, Field.checksum)
        header[Field.checksum.lowerBound + 6] = 0
        return header
    }
}
