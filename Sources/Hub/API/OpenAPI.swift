import Foundation

/// The description of the API (OpenAPI 3.1), put together from fragments: one file for each part.
enum OpenAPI {
    /// Merges `paths` and `components` of every `.json` file in `directory` into `base.json`.
    static func document(in directory: String) throws -> JSONValue {
        func fragment(_ file: String) throws -> [String: JSONValue] {
            try JSONDecoder().decode([String: JSONValue].self, from: Data(contentsOf: URL(filePath: "\(directory)/\(file)")))
        }
        var document = try fragment("base.json")
        for file in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        where file.hasSuffix(".json") && file != "base.json" {
            document = merged(document, try fragment(file))
        }
        return .object(document)
    }

    /// Objects are merged key by key; anything else is replaced.
    private static func merged(_ one: [String: JSONValue], _ other: [String: JSONValue]) -> [String: JSONValue] {
        one.merging(other) { before, after in
            if case .object(let before) = before, case .object(let after) = after { return .object(merged(before, after)) }
            return after
        }
    }
}
