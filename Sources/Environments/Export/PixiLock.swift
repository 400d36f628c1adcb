extension EnvironmentExport {
    /// `pixi.lock`, format 6 of rattler's lock file (crate `rattler_lock`), for all platforms: for `pixi install --frozen` beside a
    /// `pixi.toml` with the same channels. It knows no `variables:`; what pip would install
    /// and has no wheel for a platform stands in comments.
    public var pixiLock: String {
        var lines = LeftOut(of: locks, askedOfPip: askedOfPip).packageComments
        lines += ["version: 6", "environments:", "  default:", channels.isEmpty ? "    channels: []" : "    channels:"]
        lines += channels.map { "    - url: \(YAMLText.quoted(Self.channelURL($0)))" }
        if locks.contains(where: { !$0.pip.isEmpty }) { lines += ["    indexes:"] + pipIndexes.map { "    - \(YAMLText.quoted($0))" } }
        lines.append("    packages:")
        for lock in locks {
            lines.append(lock.count == 0 ? "      \(lock.platform): []" : "      \(lock.platform):")
            lines += lock.packages.map { "      - conda: \(YAMLText.quoted($0.url))" }
            lines += lock.pip.map { "      - pypi: \(YAMLText.quoted($0.url))" }
        }
        // What several platforms have (`noarch`) is described once.
        var described: Set<String> = []
        let conda = locks.flatMap(\.packages).filter { described.insert($0.url).inserted }.flatMap(pixiEntry)
        let pip = locks.flatMap(\.pip).filter { described.insert($0.url).inserted }.flatMap(pixiEntry)
        lines += [conda.isEmpty && pip.isEmpty ? "packages: []" : "packages:"] + conda + pip
        return lines.joined(separator: "\n") + "\n"
    }

    /// A name stands for a channel of anaconda.org, which this format doesn't know.
    private static func channelURL(_ channel: String) -> String {
        let url = channel.contains("://") ? channel : "https://conda.anaconda.org/" + channel
        return url.hasSuffix("/") ? url : url + "/"
    }

    /// Where pip looks, first the main index.
    private var pipIndexes: [String] {
        var main = "https://pypi.org/simple", extra: [String] = []
        for option in lock.pipOptions {
            let parts = option.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "=" })
            guard parts.count == 2 else { continue }
            let value = parts[1].trimmingPrefix(while: { $0 == " " })
            switch parts[0] {
            case "-i", "--index-url": main = String(value)
            case "--extra-index-url": extra.append(String(value))
            default: break
            }
        }
        return [main] + extra
    }

    /// What the format would else guess from the URL is written down: the number of the build and `noarch`.
    private func pixiEntry(_ package: CondaPackage) -> [String] {
        var lines = [
            "- conda: \(YAMLText.quoted(package.url))", "  name: \(YAMLText.quoted(package.name))",
            "  version: \(YAMLText.quoted(package.version))", "  build: \(YAMLText.quoted(package.build))",
            "  build_number: \(package.buildNumber)", "  subdir: \(package.subdir)",
        ]
        if let noarch = package.noarch { lines.append("  noarch: \(noarch)") }
        if let sha256 = package.sha256 { lines.append("  sha256: \(YAMLText.quoted(sha256))") }
        if let md5 = package.md5 { lines.append("  md5: \(YAMLText.quoted(md5))") }
        lines += list("depends", package.depends) + list("constrains", package.constrains)
        if let license = package.license { lines.append("  license: \(YAMLText.quoted(license))") }
        if let size = package.size { lines.append("  size: \(size)") }
        if let path = package.sitePackages { lines.append("  python_site_packages_path: \(YAMLText.quoted(path))") }
        return lines
    }

    private func pixiEntry(_ package: PipPackage) -> [String] {
        let lines = [
            "- pypi: \(YAMLText.quoted(package.url))", "  name: \(YAMLText.quoted(normalised(package.name)))",
            "  version: \(YAMLText.quoted(package.version))",
        ]
        return lines + (package.sha256.map { ["  sha256: \(YAMLText.quoted($0))"] } ?? [])
    }

    private func list(_ key: String, _ values: [String]) -> [String] {
        values.isEmpty ? [] : ["  \(key):"] + values.map { "  - \(YAMLText.quoted($0))" }
    }
}
