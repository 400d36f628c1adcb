import Environments
import Foundation
import Glibc
import LauncherProtocol
import UntrustedFiles

/// Environments made by hand: found and read by their files, with the rights of whoever runs this. **Blocks.**
public enum HandMade {
    /// What the environment in the directory at `path` consists of; links are followed on the way there, and none below.
    public static func files(at path: String) -> EnvironmentFiles {
        let top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard top >= 0 else { return EnvironmentFiles() }
        defer { close(top) }
        return RecordReader(top).files
    }

    /// The environments in a home directory.
    public static func environments(inHome home: String) throws(HandMadeError) -> [HomeEnvironment] {
        let top = try directory(home)
        defer { close(top) }
        return HomeSearch.environments(in: top)
    }

    /// One of them, in every form that it can be taken over in.
    public static func environment(_ path: String, inHome home: String) throws(HandMadeError) -> ReadHomeEnvironment.Outcome {
        let top = try directory(path, below: home)
        defer { close(top) }
        let name = EnvironmentName.proposed(forDirectory: path)
        do {
            let backup = try Backup(of: RecordReader(top).files, name: name, platform: Platform.host)
            return ReadHomeEnvironment.Outcome(
                name: name, fromHistory: backup.export.fromHistory, noBuilds: backup.export.noBuilds, explicit: backup.lock.explicit,
                lock: String(decoding: try backup.lock.canonicalBytes, as: UTF8.self), notices: backup.notices,
                exactProblem: backup.lock.problem(on: Platform.host))
        } catch { throw HandMadeError("\(error)") }
    }

    private static func directory(_ home: String) throws(HandMadeError) -> CInt {
        let top = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard top >= 0 else { throw HandMadeError("The home directory \(home) can't be read: \(String(cString: strerror(errno))).") }
        return top
    }

    private static func directory(_ path: String, below home: String) throws(HandMadeError) -> CInt {
        var top = try directory(home)
        // Bytes: to Swift, a slash and an accent after it are one character.
        for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map({ String(Substring($0)) }) {
            let next = ["", ".", ".."].contains(part) ? nil : UntrustedDirectory.open(part, in: top)
            close(top)
            guard let next else {
                throw HandMadeError("There is no directory “\(path.prefix(200))” in the home directory, or a link is on the way.")
            }
            top = next
        }
        return top
    }
}

/// Why an environment made by hand can't be read, in whole sentences.
public struct HandMadeError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
