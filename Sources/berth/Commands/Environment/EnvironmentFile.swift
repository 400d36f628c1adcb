import ArgumentParser
import Environments
import Foundation
import LauncherProtocol
import Synchronization

/// Files that commands are given.
enum EnvironmentFile {
    /// The text of a file, or of standard input for “-”.
    static func text(_ path: String) throws -> String {
        let data = path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data else {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            let why = isDirectory.boolValue ? "is a directory; name the file in it" : "can't be read; is the name right?"
            FileHandle.standardError.write(Data("berth: \(path) \(why)\n".utf8))
            throw ExitCode(66)  // EX_NOINPUT, sysexits.h
        }
        do throws(NotUTF8) { return try PlainText(data, of: path == "-" ? nil : path).text } catch {
            FileHandle.standardError.write(Data("berth: \(error)\n".utf8))
            throw ExitCode(65)  // EX_DATAERR, sysexits.h
        }
    }

    /// A recipe, with the files in it that its `pip:` part names and that lie beside it; anything else as it is.
    static func recipe(_ path: String) throws -> ExpandedRecipe { expanded(try text(path), of: path) }

    /// The same of a text that was read before.
    static func expanded(_ text: String, of path: String) -> ExpandedRecipe {
        ExpandedRecipe(text, named: path, read: beside(path))
    }

    /// The files that the `pip:` part of a recipe names, by the path from there; nil for standard input.
    static func named(by text: String, of path: String) -> [String: String]? {
        guard let read = beside(path) else { return nil }
        let found = Mutex<[String: String]>([:])
        _ = ExpandedRecipe(text, named: path) { name in
            let content = read(name)
            if let content { found.withLock { $0[name] = content } }
            return content
        }
        return found.withLock(\.self)
    }

    /// What lies beside a file, by the path from there; nil for standard input, which lies nowhere.
    static func beside(_ path: String) -> ((String) -> String?)? {
        if path == "-" { return nil }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        return { name in
            FileManager.default.contents(atPath: URL(fileURLWithPath: name, relativeTo: directory).path).flatMap {
                try? PlainText($0).text
            }
        }
    }

    /// Writes a recipe anew; not to standard input.
    ///
    /// - Parameter read: What was read from it a while ago: what somebody has written since stays.
    static func replace(_ path: String, with text: String, where read: String? = nil) throws {
        guard path != "-" else { return }
        if let read, try self.text(path) != read {
            throw ValidationError("\(path) was changed meanwhile, so it stays as it is. Try again.")
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Says on standard error what was mended in a recipe.
    static func tell(_ mended: [LintFinding], of path: String) {
        for finding in mended {
            FileHandle.standardError.write(Data("\(path): mended: \(finding.what) [\(finding.rule.rawValue)]\n".utf8))
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

extension LauncherError {
    /// The same, with the recipe's own file in place of the name that it has in its repository.
    func naming(_ file: String) -> LauncherError {
        let name = "environment.yml:"
        let log = log.map { $0.hasPrefix(name) ? "\(file):\($0.dropFirst(name.count))" : $0 }
        return LauncherError(kind, message, log: log, cause: cause, places: places, obstacle: obstacle)
    }
}
