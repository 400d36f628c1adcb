import CYAML
import Phrases

extension Node {
    /// What a document may cost at most.
    public struct Limits: Sendable {
        /// Bytes of text.
        public var bytes = 4 << 20
        /// How deep collections may nest.
        public var depth = 64
        /// Nodes in all, an alias counted with everything that it stands for (“billion laughs”).
        public var nodes = 200_000

        public init() {}
    }

    /// The one document in `text`; nil where it is empty.
    ///
    /// Aliases are replaced by what they stand for. Duplicate keys and a second document are errors.
    public static func parse(_ text: String, limits: Limits = Limits()) throws(YAMLError) -> Node? {
        guard text.utf8.count <= limits.bytes else {
            throw YAMLError(
                Mark(line: 1, column: 1), "The text is larger than \(limits.bytes) bytes.", remedy: "Make it smaller.")
        }
        var composer = Composer(events: try events(in: text), limits: limits)
        return try composer.document()
    }

    /// libyaml's events, copied into values, so that nothing beyond this function holds C memory.
    private static func events(in text: String) throws(YAMLError) -> [Event] {
        var text = text
        let result: Result<[Event], YAMLError> = text.withUTF8 { bytes in
            var parser = yaml_parser_t()
            guard yaml_parser_initialize(&parser) == 1 else {
                return .failure(YAMLError(Mark(line: 1, column: 1), "There is no memory left to read YAML."))
            }
            defer { yaml_parser_delete(&parser) }
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            var events: [Event] = []
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { return .failure(YAMLError(parser, in: bytes)) }
                defer { yaml_event_delete(&event) }
                if event.type == YAML_STREAM_END_EVENT { return .success(events) }
                if let value = Event(event) { events.append(value) }
            }
        }
        return try result.get()
    }
}

extension Mark {
    init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }

    /// The place of the byte at `offset`.
    fileprivate init(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let lines = bytes.prefix(offset).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        self.init(line: lines.count, column: (lines.last.map { String(decoding: $0, as: UTF8.self).count } ?? 0) + 1)
    }
}

extension YAMLError {
    /// What libyaml says, with the usual cause where its words are for parser writers.
    fileprivate init(_ parser: yaml_parser_t, in bytes: UnsafeBufferPointer<UInt8>) {
        let problem = parser.problem.map { String(cString: $0) } ?? "it can't be read"
        let context = parser.context.map { String(cString: $0) }
        let remedy: Phrase =
            switch problem {
            case "found character that cannot start any token":
                "Indent with spaces, not tabs, and put quotes around text that begins with %, @ or `."
            case "mapping values are not allowed in this context":
                "Put quotes around a text that contains “: ”, and check the indentation."
            case "could not find expected ':'":
                "Write “key: value”, with a space after the colon."
            case "did not find expected key", "did not find expected '-' indicator":
                "Check the indentation of this line and the one above."
            case "found undefined tag handle", "found unexpected end of stream":
                "Check the quotes and brackets above."
            default: "Check the line and the one above it."
            }
        // A reader error (bad UTF-8, control characters) has an offset in place of a mark.
        let mark =
            parser.error == YAML_READER_ERROR
            ? Mark(of: parser.problem_offset, in: bytes) : Mark(parser.problem_mark)
        // libyaml's own words, of which the usual ones have translations.
        let what = Phrase(template: problem, texts: [])
        self.init(
            mark, context.map { "This is not YAML: \(Phrase(template: $0, texts: [])): \(what)." } ?? "This is not YAML: \(what).",
            remedy: remedy)
    }
}
