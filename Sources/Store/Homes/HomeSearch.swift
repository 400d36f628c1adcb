import Environments
import Glibc
import LauncherProtocol
import UntrustedFiles

/// Looks for environments made by hand below a home directory, without following a link. **Blocks.**
struct HomeSearch {
    private enum Bound {
        /// Directories that are looked into.
        static let directories = 20_000
        static let depth = 6
        static let found = 200
    }

    /// Where many files and no environments are.
    private static let skipped: Set = ["node_modules", "__pycache__", "pkgs", "site-packages"]
    /// Of directories with a dot, only those in which tools keep environments.
    private static let hidden: Set = [
        ".conda", ".mamba", ".micromamba", ".pixi", ".venv", ".venvs", ".virtualenvs", ".envs", ".local", ".pyenv", ".env",
    ]

    private var found: [HomeEnvironment] = []
    private var looked = 0

    /// The environments below the open directory `home`, by path.
    static func environments(in home: CInt) -> [HomeEnvironment] {
        var search = HomeSearch()
        search.visit(home, "", depth: 0)
        return search.found.sorted { $0.path < $1.path }
    }

    private mutating func visit(_ directory: CInt, _ path: String, depth: Int) {
        looked += 1
        guard looked <= Bound.directories, found.count < Bound.found, depth <= Bound.depth else { return }
        let entries = UntrustedDirectory.entries(of: directory)
        var isEnvironment = false
        if depth > 0, let environment = Self.environment(directory, path, names: Set(entries.map(\.name))) {
            found.append(environment)
            isEnvironment = true
        }
        for (name, status) in entries where status.st_mode & S_IFMT == S_IFDIR {
            // conda's own installation has the others in it.
            guard isEnvironment ? name == "envs" : Self.isLookedInto(name), let child = UntrustedDirectory.open(name, in: directory) else {
                continue
            }
            defer { close(child) }
            visit(child, path.isEmpty ? name : "\(path)/\(name)", depth: depth + 1)
        }
    }

    private static func isLookedInto(_ name: String) -> Bool {
        name.hasPrefix(".") ? hidden.contains(name) : !skipped.contains(name)
    }

    private static func environment(_ directory: CInt, _ path: String, names: Set<String>) -> HomeEnvironment? {
        if names.contains("conda-meta"), let meta = UntrustedDirectory.open("conda-meta", in: directory) {
            defer { close(meta) }
            let records = ((try? UntrustedDirectory.names(in: meta)) ?? []).filter { $0.hasSuffix(".json") }
            guard !records.isEmpty else { return nil }
            let python = records.first { $0.wholeMatch(of: /python-[0-9][0-9.]*-[^-]*\.json/) != nil }
            return HomeEnvironment(
                path: path, kind: "/\(path)".contains("/.pixi/envs/") ? .pixi : .conda,
                python: python.map { String($0.split(separator: "-")[1]) }, packages: records.count)
        }
        guard names.contains("pyvenv.cfg") else { return nil }
        let files = RecordReader(directory).files
        return HomeEnvironment(
            path: path, kind: .venv, python: files.pyvenv.flatMap(Backup.python(inPyvenv:)), packages: files.distributions.count)
    }
}
