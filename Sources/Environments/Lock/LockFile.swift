import Foundation
import Phrases
import YAML

/// A lock that somebody brings: Berth's own (`lock.json`), conda's explicit file (`@EXPLICIT`), conda-lock's
/// (`conda-lock.yml`, format 1) or pixi's (`pixi.lock`, format 6). All but the first say less than a lock must know; what they
/// lack is in the packages.
public struct LockFile: Sendable, Equatable {
    /// One conda package, as far as the file describes it.
    public struct Package: Encodable, Sendable, Equatable {
        public let name: String
        public let version: String
        public let build: String
        public let url: String
        public let sha256: String?
        public let md5: String?
        /// All of it, where the file has all.
        public let known: CondaPackage?

        /// - Parameter url: Ends with `NAME-VERSION-BUILD.conda` or `.tar.bz2`; nil comes of any other.
        init?(url: String, sha256: String?, md5: String?) {
            guard let file = url.split(separator: "/").last,
                let stem = [".conda", ".tar.bz2"].first(where: file.hasSuffix).map({ file.dropLast($0.count) })
            else { return nil }
            let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty }), url.contains("://") else { return nil }
            name = parts.dropLast(2).joined(separator: "-")
            version = String(parts[parts.count - 2])
            build = String(parts[parts.count - 1])
            self.url = url
            self.sha256 = sha256
            self.md5 = md5
            known = nil
        }

        /// A package that is known whole.
        public init(_ package: CondaPackage) {
            (name, version, build) = (package.name, package.version, package.build)
            (url, sha256, md5) = (package.url, package.sha256, package.md5)
            known = package
        }
    }

    public let packages: [Package]
    public let pip: [PipPackage]
    public let pipOptions: [String]
    public let variables: [String: String]
    /// What its form had no place for, in whole sentences.
    public let notices: [Phrase]

    /// What a lock says, whoever wrote it.
    public init(_ lock: Lock) {
        packages = lock.packages.map { Package($0) }
        pip = lock.pip
        pipOptions = lock.pipOptions
        variables = lock.variables
        notices = []
    }

    /// What another tool's file says: of pip's options and variables there are none.
    init(_ packages: [Package], pip: [PipPackage], leftOut: LeftOut) {
        (self.packages, self.pip, pipOptions, variables) = (packages, pip, [], [:])
        notices = leftOut.notices
    }

    /// - Parameter platform: Which part of a file for several platforms is meant, and what the others must be for.
    /// - Returns: nil where `text` is no lock of any kind: a recipe, for example.
    public init?(_ text: String, platform: String) throws(LockFileError) {
        switch Form(of: text) {
        case .json: try self.init(json: text, platform: platform)
        case .explicit: try self.init(explicit: Form.lines(text), platform: platform)
        case .condaLock: try self.init(condaLock: text, platform: platform)
        case .pixi: try self.init(pixi: text, platform: platform)
        case nil: return nil
        }
    }

    /// Whether `text` is meant to be a lock, good or bad.
    public static func isMeant(by text: String) -> Bool { Form(of: text) != nil }

    private enum Form {
        case json, explicit, condaLock, pixi

        init?(of text: String) {
            let lines = Self.lines(text)
            if text.first(where: { !$0.isWhitespace }) == "{" {
                // A recipe can be written in braces too, and every lock says “packages”.
                if text.contains("dependencies"), !text.contains("\"packages\"") { return nil }
                self = .json
            } else if lines.contains("@EXPLICIT") {
                self = .explicit
            } else if lines.contains("metadata:"), lines.contains(where: { $0.hasPrefix("package:") }) {
                self = .condaLock
            } else if Self.isPixi(text) {
                self = .pixi
            } else {
                return nil
            }
        }

        /// By its keys, of which no recipe has two.
        private static func isPixi(_ text: String) -> Bool {
            let lines = text.split(whereSeparator: \.isNewline)
            return ["version:", "environments:", "packages:"].allSatisfy { key in lines.contains { $0.hasPrefix(key) } }
        }

        static func lines(_ text: String) -> [String] {
            text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private init(json text: String, platform: String) throws(LockFileError) {
        let lock: Lock
        do { lock = try Lock(json: text) } catch {
            throw LockFileError(
                "The file looks like JSON, and is no lock.json of an environment. Locks that can be read are that one, conda's explicit file, conda-lock.yml and pixi.lock."
            )
        }
        guard lock.format == 1 else { throw LockFileError("The lock has the format \(lock.format), which a later version of Berth wrote.") }
        try Self.require(lock.platform, is: platform)
        self.init(lock)
    }

    private init(explicit lines: [String], platform: String) throws(LockFileError) {
        var packages: [Package] = []
        var pip: [PipPackage] = []
        for (number, line) in zip(1..., lines) where !line.isEmpty && line != "@EXPLICIT" {
            if line.hasPrefix("# platform:") {
                try Self.require(line.dropFirst("# platform:".count).trimmingCharacters(in: .whitespaces), is: platform)
            } else if line.hasPrefix("# pip ") {
                pip.append(try Self.pip(String(line.dropFirst("# pip ".count)), line: number))
            } else if !line.hasPrefix("#") {
                let parts = line.split(separator: "#", maxSplits: 1).map(String.init)
                let hash = parts.count == 2 ? parts[1].replacing("sha256:", with: "").lowercased() : nil
                guard
                    let package = Package(
                        url: parts[0], sha256: hash.flatMap { $0.count == 64 ? $0 : nil }, md5: hash.flatMap { $0.count == 32 ? $0 : nil })
                else { throw LockFileError("Line \(number) is no URL of a conda package: \(line.prefix(200))") }
                let subdir = package.url.split(separator: "/").dropLast().last.map(String.init) ?? ""
                if Target.platforms.contains(subdir) { try Self.require(subdir, is: platform) }
                packages.append(package)
            }
        }
        self.init(packages, pip: pip, leftOut: LeftOut(lines: lines, platform: platform))
    }

    private init(condaLock text: String, platform: String) throws(LockFileError) {
        let root: Node?
        do { root = try Node.parse(text) } catch { throw LockFileError("The file looks like conda-lock's, and is no YAML: \(error)") }
        var packages: [Package] = []
        var pip: [PipPackage] = []
        var platforms: Set<String> = []
        for entry in root?["package"]?.sequence ?? [] {
            func text(_ key: String) -> String? { entry[key]?.scalar?.text }
            guard let of = text("platform"), let name = text("name"), let version = text("version"), let url = text("url") else {
                throw LockFileError("A package at \(entry.mark) lacks its name, version, platform or URL.")
            }
            platforms.insert(of)
            guard of == platform else { continue }
            let (sha256, md5) = (entry["hash"]?["sha256"]?.scalar?.text, entry["hash"]?["md5"]?.scalar?.text)
            if text("manager") == "pip" {
                pip.append(PipPackage(named: name, version: version, at: url, hash: sha256))
            } else if let package = Package(url: url, sha256: sha256, md5: md5) {
                packages.append(package)
            } else {
                throw LockFileError("The URL of \(name) at \(entry.mark) is none of a conda package: \(url.prefix(200))")
            }
        }
        guard platforms.isEmpty || platforms.contains(platform) else {
            throw .foreign(platforms.sorted(), platform)
        }
        self.init(packages, pip: pip, leftOut: LeftOut(lines: Form.lines(text), platform: platform))
    }

    private static func require(_ found: String, is platform: String) throws(LockFileError) {
        guard found == platform else { throw .foreign([found], platform) }
    }

    /// `NAME==VERSION [--hash=sha256:HEX]` or `NAME @ URL [--hash=...]`, as explicit files have it.
    private static func pip(_ text: String, line: Int) throws(LockFileError) -> PipPackage {
        let parts = text.components(separatedBy: " --hash=sha256:")
        let hash = parts.count > 1 ? parts[1] : nil
        let direct = parts[0].components(separatedBy: " @ ")
        if direct.count == 2 {
            let version = PipPackage.version(inFileOf: direct[1]) ?? "0"
            return PipPackage(name: direct[0], version: version, url: direct[1], sha256: hash, direct: true)
        }
        let pinned = parts[0].components(separatedBy: "==")
        guard pinned.count == 2, !pinned[0].isEmpty, !pinned[1].isEmpty else {
            throw LockFileError("Line \(line) names no exact package of pip: \(text.prefix(200))")
        }
        return PipPackage(
            name: pinned[0], version: pinned[1], url: "https://pypi.org/project/\(pinned[0])/\(pinned[1])/", sha256: hash, direct: false)
    }
}

/// Why a file that looks like a lock can't be used.
public struct LockFileError: PhrasedError {
    /// In whole sentences.
    public let phrase: Phrase

    init(_ phrase: Phrase) { self.phrase = phrase }

    /// A lock can't be solved for another platform; the recipe that it was made of can.
    static func foreign(_ found: [String], _ platform: String) -> LockFileError {
        let names = found.isEmpty ? "-" : found.joined(separator: ", ")
        return LockFileError(
            "The lock is for \(names), and this host is \(platform). Bring the recipe that it was made of, which is solved for this host; “berth env check RECIPE --platform \(found.first ?? platform)” tells whether it still solves for the other."
        )
    }
    public var description: String { phrase.english }
}
