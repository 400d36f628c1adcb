extension Lock {
    /// conda's explicit file: `conda create --name N --file explicit.txt` makes the same environment
    /// elsewhere. What pip installs is in comments, as conda-lock writes it: by its address, where PyPI has it not.
    public var explicit: String {
        var lines = [
            "# This file may be used to create an environment using:",
            "# $ conda create --name <env> --file <this file>",
            "# platform: \(platform)",
        ]
        lines += LeftOut(of: [self]).comments + ["@EXPLICIT"]
        lines += packages.map(\.explicitLine)
        lines += pip.map { "# pip \($0.requirement(byURL: $0.needsURL))" }
        return lines.joined(separator: "\n") + "\n"
    }
}
