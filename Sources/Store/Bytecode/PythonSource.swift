import Foundation
import Glibc
import TLS

/// One Python source of an environment, by what is in it.
struct PythonSource: Encodable, Sendable {
    /// Below the prefix.
    let path: String
    /// Lower-case hexadecimal; of the text with ``PrefixText/neutral`` where the prefix stands.
    let sha256: String
    /// Whether the prefix stands in it: such a file is no two environments' alike, and its bytecode is but for
    /// the prefix.
    let hasPrefix: Bool

    /// The sources below `lib`; blocks. Links are not followed, and a name that is no UTF-8 is nobody's module.
    ///
    /// - Parameter known: Digests of files that need not be read: none of them has the prefix in it.
    static func all(in tree: String, prefix: String, known: KnownDigests) throws -> [PythonSource] {
        var sources: [PythonSource] = []
        let library = tree + "/lib"
        guard FileManager.default.fileExists(atPath: library) else { return [] }
        try Tree.walk(library) { (path, status) throws(FileError) in
            guard status.st_mode & S_IFMT == S_IFREG, let text = String(validating: path.dropLast(), as: UTF8.self), text.hasSuffix(".py")
            else { return }
            let name = String(text.dropFirst(tree.count + 1))
            if let digest = known[status] { return sources.append(PythonSource(path: name, sha256: digest, hasPrefix: false)) }
            let (digest, hasPrefix) = try withBytes(of: path, size: Int(status.st_size)) { bytes throws(FileError) -> (Digest, Bool) in
                guard let neutral = PrefixText.replacing(prefix, with: PrefixText.neutral, in: bytes) else {
                    return (Digest(sha256: bytes), false)
                }
                return (Digest(sha256: neutral), true)
            }
            sources.append(PythonSource(path: name, sha256: digest.description, hasPrefix: hasPrefix))
        }
        return sources
    }
}
