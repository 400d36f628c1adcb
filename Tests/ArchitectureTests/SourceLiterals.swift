/// The string literals of a Swift source, each with the call whose argument it is: as much of the grammar as that needs.
struct SourceLiterals {
    struct Literal {
        /// What is called: `StoreError`, `.silent`; empty where no parenthesis is open.
        let callee: String
        /// As `Phrase` keeps it: `{1}`, `{2}`, ... where values stand; parts that `+` joins are one.
        let template: String
    }

    private let text: [Character]
    private var position = 0
    private var open: [String] = []
    private(set) var all: [Literal] = []

    init(_ source: String) {
        text = Array(source)
        while position < text.count { step() }
    }

    private mutating func step() {
        if starts("//") { return position = text[position...].firstIndex(of: "\n") ?? text.count }
        if starts("\"\"\"") { return skipBlock() }
        switch text[position] {
        case "\"":
            let callee = open.last ?? ""
            all.append(Literal(callee: callee, template: joined()))
        case "(":
            open.append(name(before: position))
            position += 1
        case "[", "{":
            open.append(String(text[position]))
            position += 1
        case ")", "]", "}":
            open = open.dropLast()
            position += 1
        default: position += 1
        }
    }

    /// A literal, and those that follow after a `+`.
    private mutating func joined() -> String {
        var template = "", count = 0
        while true {
            literal(into: &template, &count)
            var next = position
            skipSpace(&next)
            guard next < text.count, text[next] == "+" else { return template }
            next += 1
            skipSpace(&next)
            guard next < text.count, text[next] == "\"" else { return template }
            position = next
        }
    }

    private mutating func literal(into template: inout String, _ count: inout Int) {
        position += 1
        while text[position] != "\"" {
            if starts("\\(") {
                position += 2
                skipInterpolation()
                count += 1
                template += "{\(count)}"
            } else if text[position] == "\\" {
                template.append(text[position + 1] == "n" ? "\n" : text[position + 1])
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
            case "\"":
                var ignored = "", count = 0
                literal(into: &ignored, &count)
                continue
            case "(": depth += 1
            case ")": depth -= 1
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
        while place < text.count, text[place].isWhitespace { place += 1 }
    }

    private func starts(_ mark: String) -> Bool {
        text.count - position >= mark.count && zip(text[position...], mark).allSatisfy { $0 == $1 }
    }

    private func name(before end: Int) -> String {
        String(text[..<end].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }.reversed())
    }
}
