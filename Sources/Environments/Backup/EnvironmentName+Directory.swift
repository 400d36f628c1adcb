extension EnvironmentName {
    /// A name for what was made in a directory: the directory's own, or its project's where it is called as everybody's is.
    public static func proposed(forDirectory path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        var words = [parts.last ?? ""]
        if let place = parts.lastIndex(of: ".pixi"), place > 0 {
            words = [parts[place - 1]] + (parts.last == "default" ? [] : words)
        } else if [".venv", "venv", ".env", "env", ".conda"].contains(words[0]), parts.count > 1 {
            words = [parts[parts.count - 2]]
        }
        let text = words.joined(separator: "-").map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
            .drop { !$0.isLetter && !$0.isNumber }
        return EnvironmentName(String(text.prefix(64)))?.text ?? "adopted"
    }
}
