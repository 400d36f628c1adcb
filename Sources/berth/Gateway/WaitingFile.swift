import Foundation
import LauncherProtocol
import Logging

/// Who waits for a GPU, kept for the gateway that comes after this one: nobody loses a place in
/// the line because it was restarted.
struct WaitingFile: Sendable {
    let path: String
    let logger: Logger

    /// In order; none where there is no file, or it is of no use.
    func read() -> [StartServer] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        do { return try JSONDecoder().decode([StartServer].self, from: data) } catch {
            logger.warning("Who waited for a GPU is forgotten: \(path) can't be read (\(error)).")
            return []
        }
    }

    func write(_ calls: [StartServer]) {
        do { try JSONEncoder().encode(calls).write(to: URL(filePath: path), options: .atomic) } catch {
            logger.warning("Who waits for a GPU can't be kept for a restart: \(error.localizedDescription)")
        }
    }
}
