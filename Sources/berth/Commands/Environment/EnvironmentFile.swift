import ArgumentParser
import Environments
import Foundation

/// Files that commands are given.
enum EnvironmentFile {
    /// The text of a file, or of standard input for “-”.
    static func text(_ path: String) throws -> String {
        if path == "-" { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
        guard let data = FileManager.default.contents(atPath: path) else {
            FileHandle.standardError.write(Data("berth: \(path) can't be read; is the name right?\n".utf8))
            throw ExitCode(66)  // EX_NOINPUT, sysexits.h
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A recipe, with the files in it that its `pip:` part names and that lie beside it; anything else as it is.
    static func recipe(_ path: String) throws -> ExpandedRecipe { expanded(try text(path), of: path) }

    /// The same of a text that was read before.
    static func expanded(_ text: String, of path: String) -> ExpandedRecipe {
        ExpandedRecipe(text, named: path, read: beside(path))
    }

    /// What lies beside a file, by the path from there; nil for standard input, which lies nowhere.
    static func beside(_ path: String) -> ((String) -> String?)? {
        if path == "-" { return nil }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        return { name in
            FileManager.default.contents(atPath: URL(fileURLWithPath: name, relativeTo: directory).path).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    /// A lock, as `berth env export --format lock` writes it.
    static func lock(_ path: String) throws -> Lock {
        do {
            return try Lock(json: try text(path))
        } catch is DecodingError {
            FileHandle.standardError.write(
                Data("berth: \(path) is no lock; write one with berth env export NAME --format lock.\n".utf8))
            throw ExitCode(65)  // EX_DATAERR, sysexits.h
        }
    }
}
