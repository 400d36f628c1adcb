import Foundation

/// Gathers packages from the records of conda and pip.
struct BackupReading {
    struct Installed {
        let package: PipPackage
        let isRequested: Bool
    }

    var packages: [CondaPackage] = []
    var pip: [Installed] = []
    /// What conda-meta itself says was asked for.
    var requested: [String] = []
    var notices: [String] = []
    /// The dist-info directories that conda's packages brought.
    private var ofConda: Set<String> = []

    /// A package's record (conda's `PrefixRecord`).
    private struct Record: Decodable {
        let name: String
        let version: String
        let build: String?
        let build_number: Int?
        let url: String?
        let channel: String?
        let fn: String?
        let sha256: String?
        let md5: String?
        let size: Int?
        let subdir: String?
        let depends: [String]?
        let constrains: [String]?
        let license: String?
        let python_site_packages_path: String?
        let files: [String]?
        let requested_spec: String?
        let requested_specs: [String]?
        /// `python`, `generic`, or in old records a boolean: those are no text.
        let noarch: Noarch?

        struct Noarch: Decodable {
            let kind: String?
            init(from decoder: any Decoder) throws { kind = try? decoder.singleValueContainer().decode(String.self) }
        }
    }

    mutating func read(condaMeta text: String, file: String) throws(BackupError) {
        let record: Record
        do {
            record = try JSONDecoder().decode(Record.self, from: Data(text.utf8))
        } catch {
            throw BackupError(
                phrase: "conda-meta/\(file) can't be read as a package's record; reinstall that package, or remove the file.")
        }
        let url = shown(record.url ?? "", of: record.name)
        let parts = url.split(separator: "/")
        let subdir = record.subdir ?? (parts.count > 2 ? String(parts[parts.count - 2]) : "noarch")
        let specs = (record.requested_specs ?? []) + [record.requested_spec].compactMap { $0 }
        requested += specs.filter { $0 != "None" && MatchSpecName.name(in: $0) != nil }
        packages.append(
            CondaPackage(
                name: record.name, version: record.version, build: record.build ?? "0", buildNumber: record.build_number ?? 0, url: url,
                sha256: record.sha256, md5: record.md5, size: record.size, subdir: subdir, depends: record.depends ?? [],
                constrains: record.constrains ?? [], noarch: record.noarch?.kind, sitePackages: record.python_site_packages_path,
                license: record.license))
        for path in record.files ?? [] where path.hasSuffix(".dist-info/METADATA") {
            if let directory = path.split(separator: "/").dropLast().last { ofConda.insert(String(directory)) }
        }
    }

    mutating func read(_ distribution: EnvironmentFiles.Distribution) {
        guard !ofConda.contains(distribution.directory) else { return }
        guard let name = Self.header("Name", in: distribution.metadata), let version = Self.header("Version", in: distribution.metadata)
        else {
            notices.append("\(distribution.directory) has no name or version in its METADATA; it is left out.")
            return
        }
        let index = "https://pypi.org/simple/\(normalised(name))/"
        guard let text = distribution.directURL else {
            return add(PipPackage(name: name, version: version, url: index, sha256: nil, direct: false), distribution)
        }
        guard let source = try? JSONDecoder().decode(DirectURL.self, from: Data(text.utf8)) else {
            notices.append("The direct_url.json of \(name) can't be read; it is kept as \(name)==\(version).")
            return add(PipPackage(name: name, version: version, url: index, sha256: nil, direct: false), distribution)
        }
        let address = shown(source.url, of: name)
        if let repository = source.vcs_info {
            let url = "\(repository.vcs)+\(address)@\(repository.commit_id)"
            add(PipPackage(name: name, version: version, url: url, sha256: nil, direct: true), distribution)
        } else if source.url.hasPrefix("file:") {
            let kind = source.dir_info?.editable == true ? "editable from" : "from"
            notices.append(
                "\(name) \(version) was installed \(kind) \(source.url.dropFirst("file://".count)), which nobody else has; it is left out. Put it into a repository and install it from there."
            )
        } else {
            add(PipPackage(name: name, version: version, url: address, sha256: source.archive_info?.sha256, direct: true), distribution)
        }
    }

    private mutating func add(_ package: PipPackage, _ distribution: EnvironmentFiles.Distribution) {
        pip.append(Installed(package: package, isRequested: distribution.isRequested))
    }

    /// An address without the passwords and tokens that installers left in it.
    private mutating func shown(_ url: String, of name: String) -> String {
        let shown = URLSecret.hidden(url)
        if shown != url { notices.append("The address of \(name) had a password or token in it, which is left out.") }
        return shown
    }

    /// `direct_url.json` (PEP 610).
    private struct DirectURL: Decodable {
        struct Repository: Decodable {
            let vcs: String
            let commit_id: String
        }
        struct Archive: Decodable {
            let hash: String?
            let hashes: [String: String]?
            var sha256: String? {
                hashes?["sha256"] ?? hash.flatMap { $0.hasPrefix("sha256=") ? String($0.dropFirst("sha256=".count)) : nil }
            }
        }
        struct Directory: Decodable { let editable: Bool? }

        let url: String
        let vcs_info: Repository?
        let archive_info: Archive?
        let dir_info: Directory?
    }

    /// A field of core metadata; they end at the first empty line.
    private static func header(_ name: String, in metadata: String) -> String? {
        for line in metadata.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) { return nil }
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() { return String(parts[1]).trimmed }
        }
        return nil
    }
}
