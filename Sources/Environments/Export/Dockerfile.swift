import Phrases

extension EnvironmentExport {
    /// The environment as an image: the very packages of the lock, by address and hash, on an image that has micromamba.
    ///
    /// It needs nothing beside it (`docker build - < Dockerfile`), nor a newer builder than Docker 18's.
    public func dockerfile(base: String = "docker.io/mambaorg/micromamba:2.5.0") -> String {
        let prefix = "/opt/environments/\(name)"
        var lines = [
            "# \(name): \(Phrase.packages(lock.count)) for \(lock.platform)",
            "FROM \(base)",
            "USER root",
            run(
                file: "/tmp/explicit.txt", ["@EXPLICIT"] + lock.packages.map(\.explicitLine),
                then: [
                    "micromamba create --yes --prefix \(prefix) --file /tmp/explicit.txt", "micromamba clean --all --yes",
                    "rm /tmp/explicit.txt",
                ]),
        ]
        // With one hash in its file pip asks for all of them, and a repository has none: two rounds.
        for packages in [lock.pip.filter { $0.sha256 != nil }, lock.pip.filter { $0.sha256 == nil }] where !packages.isEmpty {
            let pip = "\(prefix)/bin/python -m pip install --no-deps --no-cache-dir --requirement /tmp/requirements.txt"
            lines.append(
                run(
                    file: "/tmp/requirements.txt", lock.pipOptions + packages.map { $0.requirement(byURL: $0.direct) },
                    then: [pip, "rm /tmp/requirements.txt"]))
        }
        lines += lock.variables.sorted { $0.key < $1.key }.map { "ENV \($0.key)=\(Self.environmentValue($0.value))" }
        lines += [
            "ENV PATH=\(prefix)/bin:$PATH CONDA_PREFIX=\(prefix) CONDA_DEFAULT_ENV=\(name) PYTHONNOUSERSITE=1",
            // Their images activate another environment at their door.
            "ENTRYPOINT []",
            "USER 1000:1000",
        ]
        lines.append(lock.jupyter.support == .server ? #"CMD ["jupyter", "lab", "--ip=0.0.0.0"]"# : #"CMD ["/bin/bash"]"#)
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes lines to a file and goes on from there.
    private func run(file: String, _ lines: [String], then commands: [String]) -> String {
        (["RUN printf '%s\\n'"] + lines.map { "    " + Self.line($0) }).joined(separator: " \\\n") + " > \(file) \\\n"
            + commands.map { " && \($0)" }.joined(separator: " \\\n")
    }

    /// A word in a `RUN` line: the builder itself leaves “$” there alone, but ends a line at its end.
    private static func line(_ text: String) -> String { ShellText.word(text.replacing("\n", with: " ")) }

    /// A value of `ENV` (Dockerfile reference, “Environment replacement”): quotes, backslashes and “$” are escaped.
    private static func environmentValue(_ text: String) -> String {
        "\""
            + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("$", with: "\\$").replacing("\n", with: " ")
            + "\""
    }
}

extension CondaPackage {
    /// The package's line in an explicit file. conda reads MD5 from the beginning, and SHA-256 since 23.11.
    var explicitLine: String {
        if let md5 { return "\(url)#\(md5)" }
        return sha256.map { "\(url)#sha256:\($0)" } ?? url
    }
}

extension PipPackage {
    /// The package's line in a requirements file.
    func requirement(byURL: Bool) -> String {
        (byURL ? "\(name) @ \(url)" : "\(name)==\(version)") + (sha256.map { " --hash=sha256:\($0)" } ?? "")
    }
}
