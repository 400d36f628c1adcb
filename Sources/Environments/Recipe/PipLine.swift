import Phrases

/// Judges a line of `pip:` (pip's requirements file format).
enum PipLine {
    /// Why a line can't be taken; nil where it can.
    static func refusal(of line: String) -> (what: Phrase, remedy: Phrase)? {
        let word = line.split(whereSeparator: { $0 == " " || $0 == "=" }).first.map(String.init) ?? ""
        switch word {
        case "-r", "--requirement", "-c", "--constraint":
            return (
                "“\(line)” names a file, and the recipe travels alone.",
                "Write the file's lines here, or bring it beside the recipe: in its Git repository, uploaded with it, or in its directory with “berth env create -f”."
            )
        case "-e", "--editable":
            if installed(line) != line { break }
            return (
                "“\(line)” is a directory of yours, and the builder can't see your files.",
                "Put it into a Git repository and write “NAME @ git+https://…@COMMIT”, or leave it out and run “pip install -e” in a running server: that stays in your personal layer."
            )
        case "--target", "-t", "--prefix", "--root", "--user", "--python", "--log", "--cache-dir", "--src":
            return ("“\(word)” decides where things are put, and that is Berth's.", "Remove it.")
        default: break
        }
        let line = installed(line)
        if line.hasPrefix(".") || line.hasPrefix("/") || line.hasPrefix("~") || line.contains("file:") {
            return ("“\(line)” is a path, and the builder can't see your files.", "Name a package, or a URL.")
        }
        return nil
    }

    /// What is installed in the place of an editable URL, which nobody could edit in the store; any other line as it is.
    /// `-e git+https://host/x.git@1.0#egg=x` is `x @ git+https://host/x.git@1.0`.
    static func installed(_ line: String) -> String {
        guard let option = ["--editable", "-e"].first(where: line.hasPrefix) else { return line }
        let body = String(line.dropFirst(option.count).drop { $0 == " " || $0 == "=" }).trimmed
        guard body.contains("://"), !body.contains("file:") else { return line }
        // “NAME @ URL” needs nothing more.
        guard !body.contains(" @ "), let hash = body.firstIndex(of: "#") else { return body }
        let pairs = body[body.index(after: hash)...].split(separator: "&")
        guard let egg = pairs.first(where: { $0.hasPrefix("egg=") }) else { return body }
        let rest = pairs.filter { !$0.hasPrefix("egg=") }.joined(separator: "&")
        return "\(egg.dropFirst("egg=".count)) @ \(body[..<hash])" + (rest.isEmpty ? "" : "#\(rest)")
    }

    /// Whether it is an option, such as `--extra-index-url URL`.
    static func isOption(_ line: String) -> Bool { line.hasPrefix("-") }
}

extension Recipe {
    /// The options of `pip:` alone. They are part of the lock: they decide what a build from source sees.
    public var pipOptions: [String] { pip.map(\.text).filter(PipLine.isOption) }
}
