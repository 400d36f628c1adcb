import ArgumentParser
import Foundation
import LauncherProtocol
import UnixSockets

/// Where the command line puts an environment's archive.
struct EnvironmentArchiveFile {
    /// A file's path; nil for standard output.
    let output: String?
    let compression: PackEnvironment.Compression

    /// Takes the archive of a build from the launcher. A file is there when all of it is.
    func fetch(_ environment: EnvironmentReference, _ options: EnvironmentOptions) async throws {
        guard output != nil || isatty(STDOUT_FILENO) == 0 else {
            throw ValidationError("An archive is nothing to read: name a file with --output.")
        }
        let (name, version) = environment.parts
        let (opened, packing) = try await options.launcher().pack(
            PackEnvironment(account: options.account(), environment: name, version: version, compression: compression))
        let source = FileHandle(fileDescriptor: try connectToUnixSocket(at: opened.socket), closeOnDealloc: true)
        guard let output else {
            try copy(source, to: .standardOutput)
            return try await packing.value
        }
        let part = output + ".part"
        do {
            guard FileManager.default.createFile(atPath: part, contents: nil), let file = FileHandle(forWritingAtPath: part) else {
                throw ValidationError("\(part) can't be written; is the directory there, and yours?")
            }
            try copy(source, to: file)
            try file.close()
            try await packing.value
            guard rename(part, output) == 0 else { throw SystemCallError("rename", on: output) }
        } catch {
            unlink(part)
            throw error
        }
    }

    private func copy(_ source: FileHandle, to file: FileHandle) throws {
        while let bytes = try source.read(upToCount: 1 << 20), !bytes.isEmpty { try file.write(contentsOf: bytes) }
    }
}
