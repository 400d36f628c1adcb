import Foundation
import Mustache

/// The pages' templates, parsed once.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// Parses every `.mustache` file in `directory`; its name without the ending is the template's.
    init(directory: String) throws {
        MustacheContentTypes.register(ScalarEscaping(), named: ScalarEscaping.name)
        var library = MustacheLibrary()
        for file in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() where file.hasSuffix(".mustache") {
            let text = try String(contentsOfFile: directory + "/" + file, encoding: .utf8)
            try library.register("{{% CONTENT_TYPE:\(ScalarEscaping.name)}}" + text, named: String(file.dropLast(".mustache".count)))
        }
        self.library = library
    }

    /// The page, or nil where there is no such template.
    func render(_ name: String, _ values: [String: Any]) -> String? {
        library.render(Self.withoutEmptyTexts(values), withTemplate: name)
    }

    /// To Mustache an empty text is something; to a page it is nothing.
    private static func withoutEmptyTexts(_ values: [String: Any]) -> [String: Any] {
        values.compactMapValues { value in
            switch value {
            case let text as String: text.isEmpty ? nil : text
            case let inner as [String: Any]: withoutEmptyTexts(inner)
            case let list as [[String: Any]]: list.map(withoutEmptyTexts)
            default: value
            }
        }
    }
}
