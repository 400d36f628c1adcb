import Environments
import Foundation
import Glibc
import LauncherProtocol
import TLS
import Zstd

/// What every file of a build was when it was built: the bytecode, pip's files and the files that got the
/// prefix too, for which no package knows a hash.
struct Manifest: Codable, Equatable {
    /// By path below the prefix, as ``key(_:)`` gives it: the SHA-256 of a file, or `-> TARGET` for a link.
    private(set) var files: [String: String] = [:]

    /// Reads the whole tree; blocks. Links are not followed.
    ///
    /// - Parameter report: Told now and then how many files of how many are read.
    init(of tree: String, report: (_ read: Int, _ all: Int) -> Void = { _, _ in }) throws {
        var unread: [(name: String, path: [CChar], size: Int)] = []
        try Tree.walk(tree) { (path, status) throws(FileError) in
            let name = Self.key(path.dropFirst(tree.utf8.count + 1).dropLast().map { UInt8(bitPattern: $0) })
            switch status.st_mode & S_IFMT {
            case S_IFREG: unread.append((name, path, Int(status.st_size)))
            case S_IFLNK: files[name] = try "-> " + target(ofLink: path)
            default: break
            }
        }
        report(0, unread.count)
        let size = max(2000, unread.count / 10 + 1)
        for start in stride(from: 0, to: unread.count, by: size) {
            let part = unread[start..<min(start + size, unread.count)]
            let digests = try part.mapOnAllCores { file throws(FileError) in
                try withBytes(of: file.path, size: file.size) { bytes throws(FileError) in Digest(sha256: bytes).description }
            }
            for (file, digest) in zip(part, digests) { files[file.name] = digest }
            report(part.endIndex, unread.count)
        }
    }

    /// The manifest of a build whose contents were noted while it was made.
    init(of contents: BuildContents) { files = contents.texts }

    /// The manifest that was written when a build was made.
    init(from path: String) throws {
        var json: [UInt8] = []
        try ZstdDecompressor().decompress(Array(Data(contentsOf: URL(filePath: path)))) { json += $0 }
        self = try JSONDecoder().decode(Self.self, from: Data(json))
    }

    /// Writes it as JSON, compressed: every build has one, and nothing else of a build is only its own.
    func write(to path: String) throws { try writeWhole(Data(zstdCompressed(json)), to: path, waiting: false) }

    /// What `JSONEncoder` would give, in a tenth of its time: a build has tens of thousands of files.
    private var json: [UInt8] {
        var text = Array("{\"files\":{".utf8)
        text.reserveCapacity(files.count * 160)
        for (path, content) in files {
            if text.last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
            Self.append(path, to: &text)
            text.append(UInt8(ascii: ":"))
            Self.append(content, to: &text)
        }
        return text + "}}".utf8
    }

    private static func append(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text.append(contentsOf: string.utf8)
        } else {
            for byte in string.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
                case ..<0x20: text += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
                default: text.append(byte)
                }
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// What is not in `present` as it is here, by path.
    func differences(in present: Manifest) -> [VerifyEnvironment.Difference] {
        let gone = files.compactMap { path, was -> VerifyEnvironment.Difference? in
            guard let found = present.files[path] else { return .init(.missing, Self.path(path)) }
            return found == was ? nil : .init(.changed, Self.path(path))
        }
        let added = present.files.keys.filter { files[$0] == nil }.map { VerifyEnvironment.Difference(.added, Self.path($0)) }
        return (gone + added).sorted { $0.path < $1.path }
    }
}
