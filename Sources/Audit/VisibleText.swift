/// Text from strangers in a form that shows all there is: what has no shape of its own, or turns
/// the text around it, becomes `\u{…}`.
enum VisibleText {
    /// - Parameter limit: in scalars of the original; what was cut shows as `…`.
    static func of(_ text: String, limit: Int) -> String {
        var out = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                out += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                if scalar == "\\" { out += "\\\\" } else { out.unicodeScalars.append(scalar) }
            }
        }
        return text.unicodeScalars.dropFirst(limit).isEmpty ? out : out + "…"
    }
}
