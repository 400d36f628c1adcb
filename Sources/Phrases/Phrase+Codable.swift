/// A string where there are no values, else a list: the template, then the values, each a string or such a list again.
extension Phrase: Codable {
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(template: text, values: [])
            return
        }
        var list = try decoder.unkeyedContainer()
        let template = try list.decode(String.self)
        var values: [Value] = []
        while !list.isAtEnd {
            if let text = try? list.decode(String.self) {
                values.append(.text(text))
            } else {
                values.append(.phrase(try list.decode(Phrase.self)))
            }
        }
        self.init(template: template, values: values)
    }

    public func encode(to encoder: any Encoder) throws {
        if values.isEmpty {
            var single = encoder.singleValueContainer()
            return try single.encode(template)
        }
        var list = encoder.unkeyedContainer()
        try list.encode(template)
        for value in values {
            switch value {
            case .text(let text): try list.encode(text)
            // A list even without values, to be told from a text.
            case .phrase(let phrase) where phrase.values.isEmpty: try list.encode([phrase.template])
            case .phrase(let phrase): try list.encode(phrase)
            }
        }
    }
}
