/// Writes YAML that every reader, of version 1.1 too (conda's, conda-lock's), reads as the same texts.
enum YAMLText {
    /// A text as a scalar: plain where nobody can take it for anything else.
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && $0.isLetter } == true
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789_./+=<>!~@-".unicodeScalars.contains($0))
            }
            && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(text.lowercased())
        return isPlain ? text : quoted(text)
    }

    /// In double quotes (YAML 1.2.2, 7.3.1).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                // Whatever a reader could take for the end of a line, or refuse.
                let isSafe =
                    scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80..<0xA0).contains(scalar.value)
                    && ![0x2028, 0x2029, 0xFEFF].contains(scalar.value)
                let digits = String(scalar.value, radix: 16)
                result += isSafe ? String(scalar) : "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }
        }
        return result + "\""
    }
}

/// Writes words of a POSIX shell.
enum ShellText {
    /// One word, quoted where it must be.
    static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_./:=@%+,-".contains($0)) }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
