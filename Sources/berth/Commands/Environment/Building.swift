import ArgumentParser
import Foundation
import LauncherProtocol

extension LauncherClient {
    /// Has something built. Ctrl-C ends that too, unless somebody else waits for the very same, and comes back when nothing of
    /// it is left.
    func build<Call: LauncherCall>(
        _ wanted: Call, _ progress: TerminalProgress
    ) async throws -> Call.Outcome where Call.Progress == BuildProgress {
        do {
            return try await interruptible { try await self.call(wanted) { progress.show($0) } }
        } catch let code as ExitCode {
            progress.end()
            FileHandle.standardError.write(Data("Cancelled.\n".utf8))
            throw code
        }
    }
}
