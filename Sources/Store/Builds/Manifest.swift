import Environments
import Foundation
import Glibc
import LauncherProtocol
import TLS

/// What every file of a build was when it was built: the bytecode, pip's files and the files that got the
/// prefix too, for which no package knows a hash.
struct Manifest: Codable, Equatable {
    /// By path below the prefix: the SHA-256 of a file, or `-> TARGET` for a link.
    private(set) var files: [String: String] = [:]

    /// Reads the whole tree; blocks. Links are not followed.
    init(of tree: String) throws {
        var unread: [(name: String, path: [CChar], size: Int)] = []
        try Tree.walk(tree) { (path, status) throws(FileError) in
            let name = String(decoding: path.dropFirst(tree.utf8.count + 1).dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            switch status.st_mode & S_IFMT {
            case S_IFREG: unread.append((name, path, Int(status.st_size)))
            case S_IFLNK: files[name] = try "-> " + target(ofLink: path)
            default: break
            }
        }
        let digests = try unread.mapOnAllCores { file throws(FileError) in
            try withBytes(of: file.path, size: file.size) { bytes throws(FileError) in Digest(sha256: bytes).description }
        }
        for (file, digest) in zip(unread, digests) { files[file.name] = digest }
    }

    /// The manifest of a build whose contents were noted while it was made.
    init(of contents: BuildContents) { files = contents.texts }

    /// The manifest that was written when a build was made.
    init(from path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    }

    func write(to path: String) throws { try writeWhole(JSONEncoder().encode(self), to: path, waiting: false) }

    /// What is not in `present` as it is here, by path.
    func differences(in present: Manifest) -> [VerifyEnvironment.Difference] {
        let gone = files.compactMap { path, was -> VerifyEnvironment.Difference? in
            guard let found = present.files[path] else { return .init(.missing, path) }
            return found == was ? nil : .init(.changed, path)
        }
        let added = present.files.keys.filter { files[$0] == nil }.map { VerifyEnvironment.Difference(.added, $0) }
        return (gone + added).sorted { $0.path < $1.path }
    }
}
