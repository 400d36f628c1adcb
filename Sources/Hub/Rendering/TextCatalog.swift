import Foundation
import Phrases

/// The texts of the pages in one language: sections of keys, from one JSON file.
struct TextCatalog: Sendable {
    /// Section, then key.
    let sections: [String: [String: String]]

    /// Phrases as they are; no texts of pages.
    static let english = TextCatalog(sections: [:])

    private init(sections: [String: [String: String]]) { self.sections = sections }

    /// Reads the file at `path`.
    init(path: String) throws {
        self.init(sections: try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: URL(filePath: path))))
    }

    /// A phrase in this language; in English where it has no translation here (section `said`, by template).
    func callAsFunction(_ phrase: Phrase) -> String { phrase.told { sections["said"]?[$0] } }

    func has(_ section: String, _ key: String) -> Bool { sections[section]?[key] != nil }

    /// A text with `{name}` replaced by `values`. A key that is missing shows itself.
    func callAsFunction(_ section: String, _ key: String, _ values: [String: String] = [:]) -> String {
        var text = sections[section]?[key] ?? "\(section).\(key)"
        for (name, value) in values { text = text.replacing("{\(name)}", with: value) }
        return text
    }
}
