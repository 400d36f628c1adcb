import Foundation

/// An environment made by hand with conda, mamba, micromamba, pixi or venv, read back from what its
/// installers left behind.
///
/// ```swift
/// let backup = try Backup(of: files, name: "lab", platform: "linux-64")
/// backup.export.fromHistory  // what was asked for
/// backup.export.noBuilds     // every package with its version
/// backup.lock.explicit       // the very files
/// ```
public struct Backup: Sendable {
    /// Every package, with address and hashes where they are known.
    public let lock: Lock
    public let export: EnvironmentExport
    /// What could not be kept, in whole sentences.
    public let notices: [String]

    /// - Parameter platform: conda's name of the platform that the directory was made on; what the packages say comes first.
    public init(of files: EnvironmentFiles, name: String, platform: String) throws(BackupError) {
        guard !files.condaMeta.isEmpty || files.pyvenv != nil else {
            throw BackupError(
                phrase:
                    "This is neither a conda environment (there is no conda-meta) nor a venv (there is no pyvenv.cfg); name the environment's own directory."
            )
        }
        var reading = BackupReading()
        for (file, text) in files.condaMeta.sorted(by: { $0.key < $1.key }) { try reading.read(condaMeta: text, file: file) }
        for distribution in files.distributions.sorted(by: { $0.directory < $1.directory }) { reading.read(distribution) }
        var base: [String] = []
        var asked = CondaHistory(files.history ?? "").specs
        if asked.isEmpty { asked = reading.requested }
        if files.condaMeta.isEmpty {
            guard let version = Self.python(inPyvenv: files.pyvenv ?? "") else {
                throw BackupError(phrase: "pyvenv.cfg names no version of Python, so the venv can't be made again; is the file whole?")
            }
            asked = [Self.pythonSpec(version), "pip"]
            base = ["python=\(version)", "pip"]
            reading.pip.removeAll { $0.package.name == "pip" }
            reading.notices.append("The Python of a venv is the system's and in no lock; the recipe asks conda for the same version.")
        }
        let subdir = reading.packages.map(\.subdir).first { $0 != "noarch" }
        lock = Lock(
            platform: subdir ?? platform, packages: reading.packages, pip: reading.pip.map(\.package),
            variables: CondaHistory.variables(in: files.state))
        if asked.isEmpty {
            // No record at all: what nothing else needs, and what decides what an environment is.
            let graph = LockGraph(lock)
            asked = lock.packages.filter { (graph.neededBy[$0.name] ?? []).isEmpty || LintSubject.mainPackages.contains($0.name) }
                .map { $0.name == "python" ? Self.pythonSpec($0.version) : $0.name }
        }
        // pip's own record of what was asked for; older pips keep none.
        let named = reading.pip.filter(\.isRequested)
        let pip = (named.isEmpty ? reading.pip : named).map(\.package)
        // Before conda 4 no channel of a package was written down.
        if let place = lock.packages.first(where: { $0.url.isEmpty }) {
            reading.notices.append(
                "conda-meta doesn't say where \(place.name) came from; the recipe has it, the exact lock can't be restored.")
        }
        let fromIndex = lock.pip.filter { $0.sha256 == nil && !$0.direct }.count
        if fromIndex > 0 {
            reading.notices.append("pip keeps no hashes, so packages of pip are locked by version only: \(fromIndex).")
        }
        notices = reading.notices
        let channels = lock.channels
        export = EnvironmentExport(
            name: name, channels: channels.isEmpty ? ["conda-forge"] : channels, asked: asked,
            askedOfPip: pip.sorted { $0.name.lowercased() < $1.name.lowercased() }.map {
                $0.direct ? "\($0.name) @ \($0.url)" : "\($0.name)==\($0.version)"
            },
            lock: lock, base: base)
    }

    /// `python=3.11` of `3.11.2`: the same Python, as any host can have it.
    private static func pythonSpec(_ version: String) -> String {
        "python=" + version.split(separator: ".").prefix(2).joined(separator: ".")
    }

    /// The version of Python that `pyvenv.cfg` names: `version = 3.11.2` (venv), `version_info = 3.11.2.final.0` (virtualenv, uv).
    public static func python(inPyvenv text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            guard parts.count == 2, parts[0] == "version" || parts[0] == "version_info" else { continue }
            let version = parts[1].split(separator: ".").prefix(3).filter { $0.allSatisfy(\.isNumber) }.joined(separator: ".")
            if !version.isEmpty { return version }
        }
        return nil
    }
}
