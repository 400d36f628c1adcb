import Foundation

/// PyPI, which pip asks where nothing names another index: a file that says nothing of pip's options can mean no other.
enum PackageIndex {
    private static let hosts: Set = ["pypi.org", "files.pythonhosted.org"]

    /// Whether pip finds what lies at `url` there by name and version. What it doesn't is fetched from `url` itself: a
    /// stranger may have a package of that name on PyPI.
    static func holds(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://"), ["https", "http"].contains(url[..<scheme.lowerBound].lowercased()) else {
            return false
        }
        let authority = url[scheme.upperBound...].prefix { !"/?#\\".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last?.prefix { $0 != ":" } ?? ""
        return hosts.contains(host.lowercased())
    }
}

extension PipPackage {
    /// Whether a file without pip's options must give the URL.
    var needsURL: Bool {
        // What a directory of this host's pip configuration holds is found by name again; its hash says that it is the same.
        direct || !(PackageIndex.holds(url) || (url.hasPrefix("file:") && sha256 != nil))
    }

    /// A package as a file of another tool names it.
    ///
    /// - Parameter hash: What the file says is its SHA-256. For a repository conda-lock has the commit there, which the URL has too.
    init(named name: String, version: String, at url: String, hash: String?) {
        let sha256 = hash?.utf8.count == 64 && !url.hasPrefix("git+") ? hash?.lowercased() : nil
        let package = PipPackage(name: name, version: version, url: url, sha256: sha256, direct: false)
        self.init(name: name, version: version, url: url, sha256: sha256, direct: package.needsURL)
    }

    /// The version in the name of a wheel (PyPA, “Binary distribution format”) or of a source archive; nil where there is none.
    static func version(inFileOf url: String) -> String? {
        guard let file = url.prefix(while: { !"?#".contains($0) }).split(separator: "/").last?.removingPercentEncoding else { return nil }
        if file.hasSuffix(".whl") {
            let parts = file.split(separator: "-")
            return parts.count > 4 ? String(parts[1]) : nil
        }
        guard let ending = [".tar.gz", ".zip"].first(where: file.hasSuffix), let dash = file.lastIndex(of: "-") else { return nil }
        let version = file.dropLast(ending.count)[file.index(after: dash)...]
        return version.first?.isNumber == true ? String(version) : nil
    }
}
