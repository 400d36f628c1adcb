import Foundation

/// The project's own Swift sources, for tests that read them.
enum SourceFiles {
    /// The top of the project.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The texts of a module's files.
    static func texts(of module: String) throws -> [String] {
        let files = FileManager.default.enumerator(at: root.appendingPathComponent("Sources/\(module)"), includingPropertiesForKeys: nil)
        return try (files ?? .init()).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }
    }
}
