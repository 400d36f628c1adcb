import Environments
import Foundation
import Glibc
import Phrases
import UntrustedFiles

/// The Git repositories of all environments: one for each, one commit for each version, `main` is the
/// current one. Blocks; call it off the concurrency pool.
struct Repositories: Sendable {
    let layout: StoreLayout
    /// Whom the repositories belong to, a UID and GID: whatever git does with them it does as that.
    let account: UInt32

    /// The names of an account's environments, in order.
    func names(for uid: UInt32) throws(StoreError) -> [EnvironmentName] {
        let directory = layout.repositories + "/\(uid)"
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return [] }
        return entries.filter { $0.hasSuffix(".git") }.compactMap { EnvironmentName(String($0.dropLast(4))) }
            .sorted { $0.text < $1.text }
    }

    /// The current version and its commit.
    func current(_ name: EnvironmentName, for uid: UInt32) throws(StoreError) -> (EnvironmentVersion, Commit) {
        let git = try repository(name, for: uid)
        return try attempt("read the environment “\(name)”") {
            guard let commit = try commits(in: git, atMost: 1).first else { throw Self.unknown(name) }
            return (try content(of: commit, in: git), commit)
        }
    }

    /// The version that `text` names: a release's name, a commit's identity, or its beginning.
    func version(
        _ text: String, of name: EnvironmentName, for uid: UInt32
    ) throws(StoreError) -> (EnvironmentVersion, Commit) {
        let git = try repository(name, for: uid)
        return try attempt("read the environment “\(name)”") {
            let prefix = text.lowercased()
            let all = try commits(in: git)
            let tags = try tags(in: git)
            if let tagged = tags[text], let commit = all.first(where: { $0.isMeant(by: tagged) }) {
                return (try content(of: commit, in: git), commit)
            }
            let found = prefix.utf8.count < 4 ? [] : all.filter { $0.id.hasPrefix(prefix) }
            guard let commit = found.first else {
                throw StoreError(
                    .notFound,
                    "“\(name)” has no version “\(text.prefix(40))”. \(NearVersions.sentence(for: text, among: all, tags: tags)) "
                        + "“berth env history \(name)” names all; four digits are enough."
                )
            }
            guard found.count == 1 else {
                throw StoreError(.invalid, "Several versions of “\(name)” begin with “\(prefix)”. Give more of its digits.")
            }
            return (try content(of: commit, in: git), commit)
        }
    }

    /// The version that `text` names; nil for the current one.
    func version(
        _ text: String?, of name: EnvironmentName, for uid: UInt32
    ) throws(StoreError) -> (EnvironmentVersion, Commit) {
        if let text { try version(text, of: name, for: uid) } else { try current(name, for: uid) }
    }

    /// All versions, newest first.
    func history(of name: EnvironmentName, for uid: UInt32) throws(StoreError) -> [Commit] {
        let git = try repository(name, for: uid)
        return try attempt("read the history of “\(name)”") { try commits(in: git) }
    }

    /// The accounts that have environments.
    func owners() throws(StoreError) -> [UInt32] {
        try attempt("read the environments") {
            try FileManager.default.contentsOfDirectory(atPath: layout.repositories).compactMap { UInt32($0) }.sorted()
        }
    }

    func repository(_ name: EnvironmentName, for uid: UInt32) throws(StoreError) -> Git {
        let path = layout.repository(name, of: uid)
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.unknown(name) }
        return git(at: path)
    }

    func git(at path: String) -> Git { Git(repository: path, account: account) }

    private static func unknown(_ name: EnvironmentName) -> StoreError {
        StoreError(.notFound, "There is no environment “\(name)”. “berth env list” names those that there are.")
    }

    func content(of commit: Commit, in git: Git) throws -> EnvironmentVersion {
        let names = [
            "environment.yml", "lock.json", "notices.json", EnvironmentVersion.othersFile, EnvironmentVersion.cudaFile,
            EnvironmentVersion.virtualPackagesFile,
        ]
        let found = try objects(names.map { "\(commit.id):\($0)" }, in: git)
        guard let recipe = found[0], let lock = found[1], let notices = found[2] else {
            throw StoreError(
                .unavailable, "The commit \(commit.id) lacks some of its files. An administrator can look into \(git.repository).")
        }
        func lines(_ file: Data?) -> [String] {
            file.map { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init) } ?? []
        }
        return EnvironmentVersion(
            recipe: String(decoding: recipe, as: UTF8.self),
            lock: try JSONDecoder().decode(Lock.self, from: lock),
            others: try found[3].map { try JSONDecoder().decode([Lock].self, from: $0) } ?? [],
            given: try VirtualPackages(lines(found[5]), cuda: lines(found[4]).first),
            notices: try JSONDecoder().decode([Phrase].self, from: notices))
    }

    /// The commits of `main`, newest first; what the trailer doesn't say is read from the lock.
    func commits(in git: Git, atMost count: Int? = nil) throws -> [Commit] {
        var arguments = ["log", "--first-parent", "--format=\(Commit.format)", PushJudgement.main, "--"]
        if let count { arguments.insert("--max-count=\(count)", at: 1) }
        let output = try git.run(arguments)
        try check(output)
        return try output.bytes.split(separator: UInt8(ascii: "\n")).map { line in
            guard var commit = Commit(line: line) else {
                throw StoreError(.unavailable, "git's log is not understood. An administrator can look into \(git.repository).")
            }
            if commit.build == nil { commit.build = try content(of: commit, in: git).build }
            return commit
        }
    }

    /// Makes `version` the current one and gives its date. Where it is that already, nothing changes.
    ///
    /// - Parameter message: What changed, in a line; nil for the usual words.
    func record(
        _ version: EnvironmentVersion, as name: EnvironmentName, for owner: Store.Owner, message: String? = nil
    ) throws(StoreError) -> Double {
        let path = layout.repository(name, of: owner.uid)
        let isNew = !FileManager.default.fileExists(atPath: path)
        if !isNew, let (present, commit) = try? current(name, for: owner.uid), present.isSame(as: version) {
            return commit.time
        }
        return try attempt("write down the environment “\(name)”") {
            // A repository appears with its first commit in it, or not at all.
            let work = isNew ? path + ".new" : path
            if isNew {
                try makePassage(layout.repositories + "/\(owner.uid)")
                try UntrustedTree.remove(work)
                try makeDirectory(work, mode: 0o700, isNew: true, owner: account)
                try check(git(at: work).run(["init", "--quiet", "--bare", "--initial-branch=main"]))
            }
            let now = Date().timeIntervalSince1970.rounded(.down)
            let message = message ?? (isNew ? "Create the environment" : "Change the environment")
            let stream = try VersionCommit(
                version: version, author: owner.name, time: Int(now), message: message, origin: isNew ? .nothing : .main
            ).stream
            try check(git(at: work).run(["fast-import", "--quiet", "--done"], input: stream))
            if isNew, rename(work, path) != 0 { throw FileError("write", path) }
            return now
        }
    }

    /// The contents of `names` by one `git cat-file --batch`; nil for those that aren't there.
    func objects(_ names: [String], in git: Git) throws -> [Data?] {
        let output = try git.run(["cat-file", "--batch"], input: Data((names.joined(separator: "\n") + "\n").utf8))
        try check(output)
        var rest = output.bytes[...]
        func unreadable(_ name: String) -> StoreError {
            StoreError(.unavailable, "git's answer about \(name) is cut short. An administrator can look into \(git.repository).")
        }
        return try names.map { name in
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw unreadable(name) }
            let head = String(decoding: rest[..<end], as: UTF8.self)
            if head.hasSuffix(" missing") {
                rest = rest[(end + 1)...]
                return nil
            }
            guard let size = head.split(separator: " ").last.flatMap({ Int($0) }), rest.distance(from: end, to: rest.endIndex) > size + 1
            else { throw unreadable(name) }
            let content = rest[(end + 1)...].prefix(size)
            rest = rest[(end + 1)...].dropFirst(size + 1)
            return Data(content)
        }
    }

    func check(_ output: Git.Output) throws(StoreError) {
        guard output.status != 0 else { return }
        if output.errors.contains("No space left") { throw .diskFull(layout) }
        throw StoreError(
            .unavailable, "git failed with status \(output.status).", log: output.errors.split(separator: "\n").map(String.init))
    }

    func attempt<Value>(_ what: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do { return try body() } catch { throw StoreError.from(error, doing: what, layout: layout) }
    }
}
