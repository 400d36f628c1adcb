import TOMLKit

/// Reads TOML as far as manifests need it.
enum TOMLReading {
    /// The root table of a text.
    static func root(of text: String, file: String) throws(ImportError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ImportError("\(file) can't be read: line \(error.source.begin.line): \(error.description).")
        } catch {
            throw ImportError("\(file) can't be read: \(error).")
        }
    }
}

extension TOMLTable {
    /// The table below a path of keys; nil where there is none.
    func table(_ path: String...) -> TOMLTable? {
        var found: TOMLTable? = self
        for key in path { found = found?[key]?.table }
        return found
    }

    /// The texts of an array; what is no text is left out.
    func texts(_ key: String) -> [String] { self[key]?.array?.compactMap(\.string) ?? [] }
}
