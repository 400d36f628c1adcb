import Environments
import Foundation
import LauncherProtocol
import Phrases

/// What people push with git: judged like an edit, and kept as the next version.
extension Store {
    /// A push that may be taken. Give it to ``record(_:update:)``, or to ``abandon(_:)``.
    public struct JudgedPush: Sendable {
        let name: EnvironmentName
        let owner: Owner
        /// What `main` becomes; nil where the push doesn't change it.
        let next: Next?
        /// The releases that it names.
        public let tags: [String]

        struct Next: Sendable {
            let update: ReferenceUpdate
            let version: EnvironmentVersion
            let build: BuildRecord
            /// The first line of what was pushed.
            let message: String
            /// What whoever pushed should know.
            let notices: [Phrase]
        }

        /// What whoever pushed should know of the new version.
        public var notices: [Phrase] { next?.notices ?? [] }

        /// What was built for it, in words for whoever pushed.
        public var summary: String? {
            next.map { "\(Phrase.packages($0.version.lock.count)) for \($0.version.lock.platform), build \($0.build.id.prefix(12))" }
        }
    }

    /// How git serves one environment's repository, and takes pushes by the hooks that ``writePushHooks(program:)`` wrote.
    public func gitService(of name: String, for uid: UInt32) async throws(StoreError) -> GitService {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            GitService(
                repository: try repositories.repository(name, for: uid).repository, hooks: layout.pushHooks, account: repositories.account)
        }
    }

    /// Looks whether a push may be taken. A changed recipe is solved and built for that; one as it was keeps its lock.
    ///
    /// - Parameter quarantine: the name of the directory with the objects that came, inside the repository's `objects`.
    public func judge(
        _ updates: [ReferenceUpdate], quarantine: String, of name: String, for owner: Owner,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> JudgedPush {
        let name = try checked(name)
        let judgement = try PushJudgement(updates)
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading what was pushed"))
            let (pushed, current) = try await offPool { [self] () throws(StoreError) in
                (
                    try repositories.pushed(judgement, quarantine: quarantine, to: name, for: owner.uid),
                    try repositories.current(name, for: owner.uid).0
                )
            }
            let tags = judgement.releases.map(\.tag.description)
            guard let update = judgement.main, let pushed else { return JudgedPush(name: name, owner: owner, next: nil, tags: tags) }
            let (version, build) = try await next(pushed.recipe, after: current, as: name, for: owner.uid, progress: progress)
            try await judge(build, as: name, for: owner.uid)
            return JudgedPush(
                name: name, owner: owner,
                next: .init(
                    update: update, version: version, build: build, message: pushed.message,
                    notices: version.notices
                        + ((try? Recipe(yaml: pushed.recipe)).map { Self.misnaming($0, as: name, before: current.recipe) } ?? [])),
                tags: tags)
        }
    }

    private func next(
        _ text: String, after current: EnvironmentVersion, as name: EnvironmentName, for uid: UInt32,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> (EnvironmentVersion, BuildRecord) {
        if text == current.recipe { return (current, try await builds.restore(current, by: uid, progress: progress)) }
        return try await make(try readToKeep(text), text, as: name, for: uid, progress: progress)
    }

    /// Makes what was judged the current version; gives its identity.
    public func record(_ push: JudgedPush, update: ReferenceUpdate) async throws(StoreError) -> String {
        guard let next = push.next, next.update == update else {
            throw StoreError(.invalid, "This is not what was judged.")
        }
        return try await turns.take("\(push.owner.uid)/\(push.name)", isCertain: true) { () async throws(StoreError) in
            try await releasing(next.build) { [self] () throws(StoreError) in
                try repositories.record(next, as: push.name, for: push.owner)
            }
        }
    }

    /// Lets go of what was built for a push that did not come about.
    public func abandon(_ push: JudgedPush) async {
        guard let next = push.next else { return }
        do throws(StoreError) { try await abandon(next.build) } catch {
            logger.warning("What was built for a push stays until the garbage is collected", metadata: ["reason": "\(error)"])
        }
    }
}

extension Repositories {
    /// What the new tip of `main` holds.
    struct Pushed: Sendable {
        let recipe: String
        let message: String
    }

    /// Checks a push against the repository, and reads what its tip holds; nil where `main` stays.
    func pushed(
        _ judgement: PushJudgement, quarantine: String, to name: EnvironmentName, for uid: UInt32
    ) throws(StoreError) -> Pushed? {
        var git = try repository(name, for: uid)
        guard quarantine.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
            throw StoreError(.invalid, "“\(quarantine.prefix(64))” is no quarantine of git's.")
        }
        git.quarantine = "\(git.repository)/objects/\(quarantine)"
        let repository = git
        return try attempt("read what was pushed to “\(name)”") {
            let versions = try commits(in: repository)
            for (tag, target) in judgement.releases {
                let commit = try commit(of: target, in: repository)
                guard commit == judgement.main?.new || versions.contains(where: { $0.isMeant(by: commit) }) else {
                    throw StoreError(
                        .invalid, "The release “\(tag)” is of no version of “\(name)”. Push “main” first, or with it, and tag that.")
                }
            }
            guard let update = judgement.main else { return nil }
            guard versions.first?.id == update.old else {
                throw StoreError(.conflict, "“\(name)” has a newer version than yours. Pull (git pull), then push again.")
            }
            guard try commit(of: update.new, in: repository) == update.new,
                try repository.run(["merge-base", "--is-ancestor", update.old, update.new]).status == 0
            else {
                throw StoreError(
                    .conflict,
                    "The history of “\(name)” can't be rewritten: what you push must stand on its current version. Pull (git pull), then push again."
                )
            }
            let recipe = try repository.recipe("\(update.new):environment.yml", of: "what you pushed")
            try refuseSecrets(from: update.old, to: update.new, in: repository)
            return Pushed(
                recipe: recipe,
                message: try repository.text(["log", "-1", "--format=%s", update.new]))
        }
    }

    /// Everything that is pushed stays in the history, so no recipe on the way to the last may have a password either.
    private func refuseSecrets(from old: String, to new: String, in git: Git) throws {
        // Each change of the recipe by any commit of the push, with the blob that it came to.
        let log = [
            "log", "--format=", "--raw", "--no-abbrev", "--no-renames", "--full-history", "-m", "\(old)..\(new)", "--", "environment.yml",
        ]
        let blobs = try git.text(log).split(separator: "\n").compactMap { line in line.split(separator: " ").dropFirst(3).first }
        let last = try git.text(["rev-parse", "--verify", "\(new):environment.yml"])
        let recipes = Set(blobs.filter { $0 != last && $0.contains { $0 != "0" } })
        guard recipes.count <= Bound.recipes else {
            throw StoreError(
                .invalid,
                "This push changes the recipe \(recipes.count) times; at most \(Bound.recipes) are taken at once. Push a part first.")
        }
        for recipe in recipes {
            let text = try git.recipe(String(recipe), of: "what you pushed")
            let secrets = Lint.secrets(in: text)
            // What doesn't parse has no findings, and its words all the same.
            guard secrets.isEmpty, !Lint.hasSecret(text) else {
                throw StoreError(
                    .invalid,
                    "A commit of what you push has a password or token in a URL of the recipe, also where a later one takes it away; the history would keep it for ever. Make one commit without it (git rebase -i), and have the secret renewed where it was shown.",
                    log: secrets.map { "environment.yml:\($0.mark): \($0.what) \($0.remedy)" })
            }
        }
    }

    private enum Bound {
        /// Recipes on the way that are looked at.
        static let recipes = 500
    }

    /// The commit that an object is or, as a tag, points at.
    private func commit(of object: String, in git: Git) throws -> String {
        guard let commit = try? git.text(["rev-parse", "--verify", "--quiet", object + "^{commit}"]) else {
            throw StoreError(.invalid, "\(object.prefix(12)) is no commit.")
        }
        return commit
    }

    /// One commit on top of the present version and of what was pushed, with the lock; gives its identity.
    func record(_ next: Store.JudgedPush.Next, as name: EnvironmentName, for owner: Store.Owner) throws(StoreError) -> String {
        let git = try repository(name, for: owner.uid)
        return try attempt("write down the environment “\(name)”") {
            guard try commits(in: git, atMost: 1).first?.id == next.update.old else {
                throw StoreError(.conflict, "“\(name)” was changed meanwhile. Pull (git pull), then push again.")
            }
            let tree = try git.text(["rev-parse", "--verify", "\(next.update.new)^{tree}"])
            let message = next.message.isEmpty ? "Change the environment" : String(next.message.prefix(200))
            let stream = try VersionCommit(
                version: next.version, author: owner.name, time: Int(Date().timeIntervalSince1970), message: message,
                origin: .push(commit: next.update.new, tree: tree)
            ).stream
            try check(git.run(["fast-import", "--quiet", "--done"], input: stream))
            return try git.text(["rev-parse", "--verify", PushJudgement.main])
        }
    }
}
