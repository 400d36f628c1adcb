import Phrases
import YAML

extension LockFile {
    /// `pixi.lock`, format 6 (crate `rattler_lock`), as pixi writes it and ``EnvironmentExport/pixiLock``: first which files
    /// each environment has on each platform, then all files, each once.
    init(pixi text: String, platform: String) throws(LockFileError) {
        let root: Node?
        do { root = try Node.parse(text) } catch { throw LockFileError("The file looks like a pixi.lock, and is no YAML: \(error)") }
        let format = root?["version"]?.scalar?.text ?? ""
        guard format == "6" else {
            throw LockFileError("The file is a pixi.lock of the format \(format.prefix(20)); the one that can be read is 6.")
        }
        let listed = try Self.listed(root?["environments"]?.mapping ?? [], platform)
        var described: [String: Node] = [:]
        for entry in root?["packages"]?.sequence ?? [] {
            guard let url = (entry["conda"] ?? entry["pypi"])?.scalar?.text else { continue }
            described[url] = entry
        }
        var packages: [Package] = []
        var pip: [PipPackage] = []
        for entry in listed {
            let isConda = entry["conda"] != nil
            guard let url = (entry["conda"] ?? entry["pypi"])?.scalar?.text, url.contains("://") else {
                throw LockFileError("The entry at \(entry.mark) is no URL of a package; what lies beside a pixi.lock doesn't come with it.")
            }
            func text(_ key: String) -> String? { described[url]?[key]?.scalar?.text }
            if !isConda {
                guard let name = text("name") else { throw LockFileError("The package at \(entry.mark) isn't described in the lock.") }
                let version = text("version") ?? PipPackage.version(inFileOf: url) ?? "0"
                pip.append(PipPackage(named: name, version: version, at: url, hash: text("sha256")))
            } else if let package = Package(url: url, sha256: text("sha256"), md5: text("md5")) {
                packages.append(package)
            } else {
                throw LockFileError("The URL at \(entry.mark) is none of a conda package: \(url.prefix(200))")
            }
        }
        self.init(packages, pip: pip, leftOut: LeftOut(lines: text.split(whereSeparator: \.isNewline), platform: platform))
    }

    /// What the environment named `default` has on a platform, or the only one there is.
    private static func listed(_ environments: [Node.Entry], _ platform: String) throws(LockFileError) -> [Node] {
        let chosen = environments.first { $0.key.scalar?.text == "default" } ?? (environments.count == 1 ? environments.first : nil)
        guard let platforms = chosen?.value["packages"]?.mapping else {
            let names = environments.compactMap { $0.key.scalar?.text }.sorted().joined(separator: ", ")
            throw LockFileError("The pixi.lock has no environment “default” to take; it has: \(names.isEmpty ? "-" : names).")
        }
        guard let mine = platforms.first(where: { $0.key.scalar?.text == platform }) else {
            throw .foreign(platforms.compactMap { $0.key.scalar?.text }.sorted(), platform)
        }
        return mine.value.sequence ?? []
    }
}
