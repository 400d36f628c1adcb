extension Recipe {
    /// What pip's own words are about, where it failed.
    public struct Blamed: Sendable, Equatable {
        /// The line of `pip:`, fit to be shown.
        public let line: Line
        /// Where pip names it.
        public let words: String
    }

    /// The lines of `pip:` that pip names where it says what is wrong, else the last that it was at work with; empty
    /// where it names none.
    public func blamed(in output: [String]) -> [Blamed] {
        let lines = output.map { (text: $0.trimmed, names: Self.names(in: $0)) }
        let errors = lines.filter { line in Self.errors.contains { line.text.hasPrefix($0) } }
        let asked = pip.compactMap { line in RequirementParts(PipLine.installed(line.text)).map { (line, $0.name) } }
        func blamed(_ line: Line, _ words: String) -> Blamed {
            Blamed(line: Line(URLSecret.hidden(line.text), at: line.mark), words: words)
        }
        let told = asked.compactMap { line, name in errors.first { $0.names.contains(name) }.map { blamed(line, $0.text) } }
        guard told.isEmpty else { return told }
        let work = lines.filter { line in Self.works.contains { line.text.hasPrefix($0) } }
        for step in work.reversed() {
            if let (line, _) = asked.first(where: { step.names.contains($1) }) { return [blamed(line, step.text)] }
        }
        return []
    }

    /// How pip's lines begin that say what is wrong, and those that say what it does.
    private static let errors = ["ERROR: ", "error: ", "╰─> "]
    private static let works = ["Collecting ", "Building wheel", "Preparing metadata", "Processing "]

    /// As PyPI compares names.
    private static func names(in line: String) -> Set<String> {
        Set(line.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))) }.map { normalised(String($0)) })
    }
}
