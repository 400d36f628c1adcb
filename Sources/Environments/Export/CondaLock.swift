extension EnvironmentExport {
    /// `conda-lock.yml`, format 1 of conda-lock (conda_lock/lockfile/v1/models.py), for all platforms. It asks for the MD5 of each conda
    /// package; where a channel gives none, conda-lock refuses the file.
    /// It has no place for pip's options and variables; a comment names them.
    public var condaLock: String {
        get throws {
            var lines = LeftOut(of: locks, askedOfPip: askedOfPip).comments + ["version: 1", "metadata:", "  content_hash:"]
            lines += try locks.map { "    \($0.platform): \(YAMLText.quoted(try $0.buildID.text))" } + ["  channels:"]
            lines += channels.flatMap { ["  - url: \(YAMLText.scalar($0))", "    used_env_vars: []"] }
            if channels.isEmpty { lines[lines.count - 1] = "  channels: []" }
            lines += ["  platforms:"] + locks.map { "  - \($0.platform)" } + ["  sources:", "  - environment.yml"]
            let packages = locks.flatMap(entries)
            lines += [packages.isEmpty ? "package: []" : "package:"] + packages
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private func entries(of lock: Lock) -> [String] {
        let conda = lock.packages.flatMap { package in
            entry(
                package.name, package.version, "conda", lock.platform, needs: package.depends, url: package.url,
                hashes: [("md5", package.md5), ("sha256", package.sha256)], build: package.build)
        }
        let pip = lock.pip.flatMap { package in
            entry(
                normalised(package.name), package.version, "pip", lock.platform, needs: [], url: package.url,
                hashes: [("sha256", package.sha256)], build: nil)
        }
        return conda + pip
    }

    private func entry(
        _ name: String, _ version: String, _ manager: String, _ platform: String, needs: [String], url: String,
        hashes: [(String, String?)], build: String?
    ) -> [String] {
        var lines = [
            "- name: \(YAMLText.scalar(name))", "  version: \(YAMLText.quoted(version))", "  manager: \(manager)",
            "  platform: \(platform)",
        ]
        var seen: Set<String> = []
        let dependencies = needs.compactMap { spec -> String? in
            guard let name = MatchSpecName.name(in: spec), seen.insert(name).inserted else { return nil }
            let rest = spec.drop { $0 != " " }.dropFirst()
            return "    \(YAMLText.scalar(name)): \(YAMLText.quoted(String(rest)))"
        }
        lines += dependencies.isEmpty ? ["  dependencies: {}"] : ["  dependencies:"] + dependencies
        lines.append("  url: \(YAMLText.scalar(url))")
        let known = hashes.compactMap { key, value in value.map { "    \(key): \(YAMLText.quoted($0))" } }
        lines += known.isEmpty ? ["  hash: {}"] : ["  hash:"] + known
        if let build { lines.append("  build: \(YAMLText.quoted(build))") }
        return lines + ["  category: main", "  optional: false"]
    }
}
