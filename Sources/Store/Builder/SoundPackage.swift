import Environments

/// Packages as foreign code or people's files name them: what they say becomes names of files and lines of them.
extension CondaPackage {
    /// Whether every part can stand where it is written.
    var isSound: Bool {
        [name, version, build, url, subdir].allSatisfy(isWord)
            // The first three become the names of files.
            && ![name, version, build].contains { $0.utf8.contains(UInt8(ascii: "/")) } && isDigest(sha256) && isDigest(md5)
    }
}

extension LockFile {
    /// Whether it names each package once, and every part can stand where it is written.
    var isSound: Bool {
        packages.allSatisfy(\.described.isSound) && pip.allSatisfy(\.isSound) && !pipOptions.contains { $0.contains(where: \.isNewline) }
            && Set(packages.map(\.name)).count == packages.count && packages.count + pip.count <= BuilderOutcome.mostPackages
    }
}

extension LockFile.Package {
    /// The package as far as the file describes it.
    var described: CondaPackage {
        known
            ?? CondaPackage(
                name: name, version: version, build: build, url: url, sha256: sha256, md5: md5, size: nil,
                subdir: url.split(separator: "/").dropLast().last.map(String.init) ?? "", depends: [])
    }
}

extension PipPackage {
    /// Whether every part can stand where it is written.
    var isSound: Bool { [name, version, url].allSatisfy(isWord) && isDigest(sha256) }
}

/// Something that can stand in a line of its own file without becoming two: no white space, no control characters.
private func isWord(_ text: String) -> Bool {
    (1...4096).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 } && !text.hasPrefix("-")
}

private func isDigest(_ text: String?) -> Bool { text.map { $0.allSatisfy(\.isHexDigit) && $0.count <= 64 } ?? true }
