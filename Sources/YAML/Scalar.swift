import Phrases

/// A scalar as it was written; what it means is decided by whoever reads it, by the rules of
/// YAML 1.2's core schema (YAML 1.2.2, 10.3). `yes`, `on` and `012` are no booleans and no octal number.
public struct Scalar: Sendable, Equatable {
    /// How a scalar was written.
    public enum Style: Sendable, Equatable { case plain, singleQuoted, doubleQuoted, literal, folded }

    public let text: String
    public let style: Style
    /// An explicit tag such as `tag:yaml.org,2002:str`; nil where none was written.
    public let tag: String?

    public init(_ text: String, style: Style = .plain, tag: String? = nil) {
        self.text = text
        self.style = style
        self.tag = tag
    }

    /// Whether nothing but its form says what it is: only then it can be a number, a boolean or null.
    private var isOpen: Bool { style == .plain && (tag == nil || tag == "?") }

    private func has(tag name: String) -> Bool { tag == "tag:yaml.org,2002:\(name)" }

    /// Whether it is null: nothing, `~` or `null`.
    public var isNull: Bool {
        (isOpen || has(tag: "null")) && ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Its value where it is a boolean: `true` or `false`.
    public var bool: Bool? {
        guard isOpen || has(tag: "bool") else { return nil }
        return switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// Its value where it is an integer: decimal, `0o17` or `0x1F`.
    public var int: Int? {
        guard isOpen || has(tag: "int") else { return nil }
        if text.hasPrefix("0x") { return Self.digits(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Self.digits(text.dropFirst(2), radix: 8) }
        return Int(text)
    }

    /// Without the sign that `Int.init` would allow in between.
    private static func digits(_ text: Substring, radix: Int) -> Int? {
        text.allSatisfy(\.isHexDigit) ? Int(text, radix: radix) : nil
    }

    /// Its value where it is a number with or without a fraction.
    public var float: Double? {
        guard isOpen || has(tag: "float") || has(tag: "int") else { return nil }
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default:
            if let int { return Double(int) }
            // Swift reads "inf", "nan" and "0x1p3" too; the core schema doesn't.
            guard text.allSatisfy({ "0123456789+-.eE".contains($0) }) else { return nil }
            return Double(text)
        }
    }

    /// Its text where it is a string: quoted, a block, tagged `!!str`, or plain and nothing else.
    public var string: String? {
        if has(tag: "str") || (tag == "!" || !isOpen && tag == nil) { return text }
        return isOpen && !isNull && bool == nil && float == nil ? text : nil
    }

    /// What a person would call it.
    public var kind: Phrase {
        if isNull { return "nothing" }
        if let bool { return "the boolean \(bool)" }
        if float != nil { return "the number \(text)" }
        return text.count > 40 ? "the text “\(text.prefix(40))…”" : "the text “\(text)”"
    }
}
