import Egress
import Environments
import Foundation
import Glibc
import LauncherProtocol

/// Recipes from Git repositories elsewhere. Git runs as an account that owns nothing, with limits of size and
/// time, speaks HTTP alone, and connects to the very addresses that were looked at before.
extension Store {
    private enum Bound {
        /// Seconds for all of it.
        static let time = 60.0
        /// Blocks of 512 bytes of a file, seconds of computing, KiB of memory.
        static let limits = "ulimit -f 131072; ulimit -t 30; ulimit -v 2097152"
    }

    /// Reads a recipe from a repository elsewhere; one at a time for each account.
    public func fetchRecipe(
        url: String, reference: String?, path: String?, for uid: UInt32
    ) async throws(StoreError) -> FetchRecipe.Outcome {
        let source = try GitSource(url: url, reference: reference, path: path)
        return try await turns.take("fetch/\(uid)") { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                let pin = try self.pin(source)
                let folder = "/tmp/berth-fetch-" + UUID().uuidString.lowercased()
                do {
                    try makeDirectory(folder, mode: 0o700, owner: settings.pipUID)
                    defer { try? FileManager.default.removeItem(atPath: folder) }
                    return try fetch(source, with: git(in: folder, pin: pin))
                } catch {
                    throw StoreError.from(error, doing: "fetch the repository", layout: layout)
                }
            }
        }
    }

    /// What curl is to take for the host's addresses, so that nobody can answer differently the second time;
    /// nil where any address will do.
    private func pin(_ source: GitSource) throws(StoreError) -> String? {
        if settings.gitPrivateAddresses { return nil }
        let addresses = PublicAddress.look(up: source.host)
        guard !addresses.isEmpty else { throw StoreError(.failed, "The host “\(source.host)” is not known.") }
        guard addresses.allSatisfy(\.isPublic) else {
            throw StoreError(
                .invalid,
                "“\(source.host)” is an address of this host or of a private network, from which nothing is fetched. An administrator can allow it (environments.git_private_addresses)."
            )
        }
        let shown = addresses.map { $0.text.contains(":") ? "[\($0.text)]" : $0.text }
        return "\(source.host):\(source.port):\(shown.joined(separator: ","))"
    }

    private func git(in folder: String, pin: String?) -> Git {
        var configuration = [
            ("protocol.allow", "never"), ("protocol.http.allow", "always"), ("protocol.https.allow", "always"),
            // A redirect could lead anywhere, and so could what the old protocol calls alternates.
            ("http.followRedirects", "false"), ("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", "20"),
            ("fetch.fsckObjects", "true"), ("core.bigFileThreshold", "1m"), ("gc.auto", "0"), ("core.hooksPath", "/dev/null"),
        ]
        if let pin { configuration.append(("http.curloptResolve", pin)) }
        var git = Git(repository: folder + "/repository", account: settings.pipUID)
        git.limits = Bound.limits
        git.variables = settings.variables.map { "\($0.key)=\($0.value)" } + Git.variables(for: configuration)
        git.timeout = Bound.time
        return git
    }

    private func fetch(_ source: GitSource, with git: Git) throws -> FetchRecipe.Outcome {
        for arguments in [
            ["init", "--quiet", "--bare"],
            ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", source.url, source.reference],
        ] {
            let output = try git.run(arguments)
            guard output.status == 0 else {
                let lines = output.errors.split(separator: "\n").suffix(10).map(String.init)
                throw StoreError(
                    .failed,
                    output.timedOut
                        ? "“\(source.url)” could not be fetched within \(Int(Bound.time)) seconds."
                        : "“\(source.url)” can't be fetched; git's own words are below. A repository that needs a password can't be read here.",
                    log: lines)
            }
        }
        let commit = try git.text(["rev-parse", "--verify", "FETCH_HEAD^{commit}"])
        let text = try git.recipe("FETCH_HEAD:\(source.path)", of: "the repository")
        let directory = source.path.lastIndex(of: "/").map { source.path[...$0] } ?? ""
        let recipe = ExpandedRecipe(text, named: source.path) { path in
            // As git resolves it, from the top of the repository.
            let whole = URL(fileURLWithPath: "/\(directory)\(path)").standardizedFileURL.path.dropFirst()
            return path.hasPrefix("/") ? nil : try? git.recipe("FETCH_HEAD:\(whole)", of: "the repository")
        }
        return FetchRecipe.Outcome(recipe: recipe.text, commit: commit)
    }

    /// Makes a version of any environment one of `owner`'s: the same recipe and lock.
    ///
    /// - Parameters:
    ///   - reference: the source, as the person names it.
    ///   - nearest: Whether packages that are gone may be replaced by the nearest that fit.
    public func copy(
        _ source: String, version text: String?, from uid: UInt32, reference: String, to name: String?,
        nearest: Bool = false, for owner: Owner, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let (source, name) = (try checked(source), try checked(name ?? source))
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading the recipe"))
            let (version, commit) = try await offPool { [self] () throws(StoreError) in
                try repositories.version(text, of: source, for: uid)
            }
            let (restored, build) = try await builds.restore(version, nearest: nearest, by: owner.uid, progress: progress)
            return try await keep(
                restored, built: build, as: name, for: owner, message: "Copy \(reference) at \(commit.id.prefix(12))", progress: progress)
        }
    }
}

extension Git {
    /// Runs git and gives what it says, without white space around it.
    func text(_ arguments: [String]) throws -> String {
        let output = try run(arguments)
        guard output.status == 0 else {
            throw StoreError(
                .unavailable, "git failed with status \(output.status).", log: output.errors.split(separator: "\n").map(String.init))
        }
        return String(decoding: output.bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The text of a recipe that stands under `name` in foreign hands' objects.
    func recipe(_ name: String, of place: String) throws -> String {
        let file = name.contains(":") ? name.drop { $0 != ":" }.dropFirst() : "environment.yml"
        guard let size = try? text(["cat-file", "-s", name]), let bytes = Int(size) else {
            throw StoreError(.invalid, "There is no \(file) in \(place).")
        }
        guard bytes <= 1 << 20 else { throw StoreError(.invalid, "\(file) has \(bytes) bytes; a recipe has at most one MiB.") }
        let output = try run(["cat-file", "blob", name])
        guard output.status == 0 else { throw StoreError(.invalid, "\(file) is no file in \(place).") }
        do throws(NotUTF8) { return try PlainText(output.bytes, of: String(file)).text } catch { throw StoreError(.invalid, error.phrase) }
    }
}
