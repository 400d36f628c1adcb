/// The string literals of a Swift source, each with the call whose argument it is: as much of the grammar as that needs.
struct SourceLiterals {
    struct Literal {
        /// What is called: `StoreError`, `.silent`; empty where no parenthesis is open.
        let callee: String
        /// As `Phrase` keeps it: `{1}`, `{2}`, ... where values stand; parts that `+` joins are one.
        let template: String
    }

    private static let quote = UInt8(ascii: "\"")
    private static let nameBytes = Set("._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    private let text: [UInt8]
    private var position = 0
    private var open: [String] = []
    private(set) var all: [Literal] = []

    init(_ source: String) {
        text = Array(source.utf8)
        while position < text.count { step() }
    }

    private mutating func step() {
        if starts("//") { return position = text[position...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count }
        if starts("\"\"\"") { return skipBlock() }
        switch text[position] {
        case UInt8(ascii: "\""):
            let callee = open.last ?? ""
            all.append(Literal(callee: callee, template: String(decoding: joined(), as: UTF8.self)))
        case UInt8(ascii: "("):
            open.append(name(before: position))
            position += 1
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            open.append("")
            position += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            open = open.dropLast()
            position += 1
        default: position += 1
        }
    }

    /// A literal, and those that follow after a `+`.
    private mutating func joined() -> [UInt8] {
        var template: [UInt8] = [], count = 0
        while true {
            literal(into: &template, &count)
            var next = position
            skipSpace(&next)
            guard next < text.count, text[next] == UInt8(ascii: "+") else { return template }
            next += 1
            skipSpace(&next)
            guard next < text.count, text[next] == Self.quote else { return template }
            position = next
        }
    }

    private mutating func literal(into template: inout [UInt8], _ count: inout Int) {
        position += 1
        while text[position] != Self.quote {
            if starts("\\(") {
                position += 2
                skipInterpolation()
                count += 1
                template += Array("{\(count)}".utf8)
            } else if text[position] == UInt8(ascii: "\\") {
                template.append(text[position + 1] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : text[position + 1])
                position += 2
            } else {
                template.append(text[position])
                position += 1
            }
        }
        position += 1
    }

    private mutating func skipInterpolation() {
        var depth = 1
        while depth > 0 {
            switch text[position] {
            case UInt8(ascii: "\""):
                var ignored: [UInt8] = [], count = 0
                literal(into: &ignored, &count)
                continue
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            position += 1
        }
    }

    private mutating func skipBlock() {
        position += 3
        while position < text.count, !starts("\"\"\"") { position += 1 }
        position += 3
    }

    private func skipSpace(_ place: inout Int) {
        while place < text.count, " \n\t".utf8.contains(text[place]) { place += 1 }
    }

    private func starts(_ mark: String) -> Bool {
        text[position...].starts(with: mark.utf8)
    }

    private func name(before end: Int) -> String {
        var begin = end
        while begin > 0, Self.nameBytes.contains(text[begin - 1]) { begin -= 1 }
        return String(decoding: text[begin..<end], as: UTF8.self)
    }
}
