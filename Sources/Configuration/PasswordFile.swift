import Foundation

/// A password that the configuration names by its file, so that `berth.yaml` may be shown to everybody.
struct PasswordFile {
    let path: String

    /// The file's content without the line's end, read anew each time: passwords change.
    func password() throws -> String {
        try String(contentsOf: URL(filePath: path), encoding: .utf8).trimmingCharacters(in: .newlines)
    }
}

extension MailConfiguration {
    /// What ``passwordFile`` has; nil where there is none.
    ///
    /// - Throws: what Foundation says of a file that can't be read.
    public func password() throws -> String? { try passwordFile.map { try PasswordFile(path: $0).password() } }
}
