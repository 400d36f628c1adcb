/// A sentence for people, kept apart from the values in it, so that it can be told in their language.
///
/// ```swift
/// let phrase: Phrase = "Fetching the image \(image)"
/// phrase.template             // “Fetching the image {1}”: the key under which translations are kept
/// phrase.english              // “Fetching the image berth/base:1”
/// phrase.told { chinese[$0] } // “正在获取镜像 berth/base:1”
/// ```
///
/// A phrase in a phrase stays one, and is translated by itself. What comes from elsewhere (pip's own words, the
/// engine's) has no translation: ``init(verbatim:)``.
public struct Phrase: Sendable {
    /// The English sentence, `{1}`, `{2}`, ... where values stand.
    public let template: String
    let values: [Value]

    enum Value: Sendable {
        case text(String)
        case phrase(Phrase)
    }

    init(template: String, values: [Value]) {
        self.template = template
        self.values = values
    }

    /// Words that nobody here has written.
    public init(verbatim text: String) {
        // As a value: what looks like a place in a template is none in it.
        self.init(template: "{1}", values: [.text(text)])
    }

    /// What another program says, with the values that it gave beside its template.
    public init(template: String, texts: [String]) {
        self.init(template: template, values: texts.map(Value.text))
    }

    /// In English.
    public var english: String { told { _ in nil } }

    /// In another language.
    ///
    /// - Parameter translation: The template in that language, with the same places in any order; nil where there is none.
    public func told(_ translation: (String) -> String?) -> String {
        let values = values.map { value in
            switch value {
            case .text(let text): text
            case .phrase(let phrase): phrase.told(translation)
            }
        }
        return Self.filled(translation(template) ?? template, with: values)
    }

    /// Fills the places in one go: a value that looks like a place is left as it is.
    private static func filled(_ template: String, with values: [String]) -> String {
        var text = "", rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            let digits = rest[rest.index(after: open)...].prefix { $0.isASCII && $0.isNumber }
            if let number = Int(digits), values.indices.contains(number - 1), rest[digits.endIndex...].first == "}" {
                text += values[number - 1]
                rest = rest[rest.index(after: digits.endIndex)...]
            } else {
                text.append("{")
                rest = rest[rest.index(after: open)...]
            }
        }
        return text + rest
    }

    /// Several phrases in a row, such as the items of a list.
    public static func joined(_ phrases: [Phrase], by separator: Phrase) -> Phrase {
        guard let first = phrases.first else { return "" }
        return phrases.dropFirst().reduce(first) { "\($0)\(separator)\($1)" }
    }

    /// One sentence that is written in two parts.
    public static func + (first: Phrase, second: Phrase) -> Phrase {
        let shifted = second.template(shiftedBy: first.values.count)
        return Phrase(template: first.template + shifted, values: first.values + second.values)
    }

    /// The template with its places moved by `count`.
    private func template(shiftedBy count: Int) -> String {
        Self.filled(template, with: values.indices.map { "{\($0 + 1 + count)}" })
    }
}

extension Phrase: CustomStringConvertible {
    /// In English.
    public var description: String { english }
}

extension Phrase: Hashable {
    /// Phrases are the same that say the same.
    public static func == (one: Phrase, other: Phrase) -> Bool { one.english == other.english }

    public func hash(into hasher: inout Hasher) { hasher.combine(english) }
}
