import Phrases

/// Judges a line of `pip:` (pip's requirements file format).
enum PipLine {
    /// Why a line can't be taken; nil where it can.
    static func refusal(of line: String) -> (what: Phrase, remedy: Phrase)? {
        let word = line.split(whereSeparator: { $0 == " " || $0 == "=" }).first.map(String.init) ?? ""
        switch word {
        case "-r", "--requirement", "-c", "--constraint":
            return ("“\(line)” names a file, and the recipe travels alone.", "Write the file's lines here.")
        case "-e", "--editable":
            return (
                "“\(line)” is editable, and an environment in the store can't be edited.",
                "Write “NAME @ git+https://…@COMMIT”, or install it from your home directory."
            )
        case "--target", "-t", "--prefix", "--root", "--user", "--python", "--log", "--cache-dir", "--src":
            return ("“\(word)” decides where things are put, and that is Berth's.", "Remove it.")
        default: break
        }
        if line.hasPrefix(".") || line.hasPrefix("/") || line.hasPrefix("~") || line.contains("file:") {
            return ("“\(line)” is a path, and the builder can't see your files.", "Name a package, or a URL.")
        }
        return nil
    }

    /// Whether it is an option, such as `--extra-index-url URL`.
    static func isOption(_ line: String) -> Bool { line.hasPrefix("-") }
}

extension Recipe {
    /// The options of `pip:` alone. They are part of the lock: they decide what a build from source sees.
    public var pipOptions: [String] { pip.map(\.text).filter(PipLine.isOption) }
}
