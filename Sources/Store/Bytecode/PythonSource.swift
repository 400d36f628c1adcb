/// One Python source of an environment, by what is in it.
struct PythonSource: Encodable, Sendable {
    /// Below the prefix.
    let path: String
    /// Lower-case hexadecimal.
    let sha256: String

    /// Whether the file at `path` below the prefix is a source that gets bytecode.
    static func isSource(_ path: String) -> Bool {
        path.utf8.starts(with: "lib/".utf8) && path.utf8.suffix(3).elementsEqual(".py".utf8)
    }
}
