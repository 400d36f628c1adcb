import Foundation

/// `bin/activate` of an archive, for shells that know nothing of conda.
struct ActivationScript {
    let prefix: String
    /// The recipe's `variables:`.
    let variables: [String: String]

    var text: String {
        let usable = variables.filter { Self.isName($0.key) }.sorted { $0.key < $1.key }
        return String(decoding: PackageResources.activate_sh, as: UTF8.self)
            .replacing("@PREFIX@", with: prefix)
            .replacing("@SET@", with: usable.map { "export \($0.key)=\(Self.quoted($0.value))" }.joined(separator: "\n"))
            .replacing("@UNSET@", with: usable.map { "    unset \($0.key)" }.joined(separator: "\n"))
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
    }

    /// As a POSIX shell takes it for exactly these characters.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
