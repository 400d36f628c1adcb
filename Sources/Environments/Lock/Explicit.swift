extension Lock {
    /// conda's explicit file: `conda create --name N --file explicit.txt` makes the same environment
    /// elsewhere. What pip installs is in comments, as conda-lock writes it.
    public var explicit: String {
        var lines = [
            "# This file may be used to create an environment using:",
            "# $ conda create --name <env> --file <this file>",
            "# platform: \(platform)",
            "@EXPLICIT",
        ]
        lines += packages.map(\.explicitLine)
        lines += pip.map { "# pip \($0.requirement)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
