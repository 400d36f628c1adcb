import Foundation
import Glibc
import TLS
import UntrustedFiles

/// What ``BytecodeCache`` has, by the names of its files.
struct BytecodeEntries: Sendable {
    /// What the interpreter calls its bytecode.
    let tag: String
    private var compiled: [String: (name: String, digest: String)] = [:]
    private var others: Set<String> = []

    /// Nil where nothing is there yet.
    init?(in directory: String) throws(FileError) {
        guard let tag = FileManager.default.contents(atPath: directory + "/tag") else { return nil }
        self.tag = String(decoding: tag, as: UTF8.self)
        let place = try OpenDirectory(directory)
        let names: [String]
        do { names = try UntrustedDirectory.names(in: place.descriptor) } catch {
            throw FileError("read", directory, code: error.code)
        }
        for name in names {
            guard let dash = name.utf8.firstIndex(of: UInt8(ascii: "-")) else {
                others.insert(name)
                continue
            }
            let source = String(name[..<dash])
            // Two builds that compiled a source at one time may have come to different bytes: one of them is for all.
            if let other = compiled[source], other.name < name { continue }
            compiled[source] = (name, String(name[name.utf8.index(after: dash)...]))
        }
    }

    /// Whether somebody has tried to compile `source`.
    func knows(_ source: PythonSource) -> Bool { others.contains(source.sha256 + Self.none) || entry(of: source) != nil }

    /// The file with the bytecode of `source`, and what its manifest says of it; nil where it does not compile.
    func entry(of source: PythonSource) -> (name: String, digest: String)? {
        compiled[source.sha256]
    }

    /// What the file is called that has what came of `source`.
    ///
    /// - Parameter bytecode: Nil where it does not compile.
    static func name(of source: PythonSource, _ bytecode: Data?) -> String {
        guard let bytecode else { return source.sha256 + none }
        return "\(source.sha256)-\(Digest(sha256: bytecode))"
    }

    private static let none = ".none"
}
