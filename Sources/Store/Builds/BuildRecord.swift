import Environments
import Foundation

/// What is known about a build besides its lock.
struct BuildRecord: Codable, Sendable {
    /// The build's identity.
    let id: String
    /// Bytes on disk, links counted once.
    let size: Int
}

extension StoreLayout {
    /// The record of a build; without a size where it is gone.
    func record(of build: BuildID) -> BuildRecord {
        let bytes = try? Data(contentsOf: URL(filePath: record(build)))
        return bytes.flatMap { try? JSONDecoder().decode(BuildRecord.self, from: $0) } ?? BuildRecord(id: build.text, size: 0)
    }
}
