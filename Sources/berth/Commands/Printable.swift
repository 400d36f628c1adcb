extension String {
    /// What a terminal shows as text and nothing else: what others wrote (the message of a pushed commit, a package's
    /// output) could colour it, move the cursor or write over lines (ECMA-48, 5). Lines and tabs stay.
    var printable: String {
        let isHarmless: (Unicode.Scalar) -> Bool = { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }
        return String(String.UnicodeScalarView(unicodeScalars.map { isHarmless($0) ? $0 : "\u{FFFD}" }))
    }
}
