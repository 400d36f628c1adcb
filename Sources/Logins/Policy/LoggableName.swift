/// What a stranger has typed, fit for one line of a log: at most 64 characters, and
/// nothing that ends the line, moves the cursor or turns the direction of writing.
func loggable(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(64) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            line += scalar.escaped(asASCII: true)
        default:
            line += scalar == "\\" || scalar == "”" ? "\\\(scalar)" : String(scalar)
        }
    }
    return text.unicodeScalars.count > 64 ? line + "…" : line
}
