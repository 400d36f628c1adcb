/// Paths as people write them in one file to name another.
enum RelativePath {
    /// `envs` of `envs/environment.yml`; empty where there is none.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What `path` means in `directory`, `.` and `..` resolved as far as they stay below it.
    static func joined(_ directory: String, _ path: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty || path.hasPrefix(".") else { return path }
        var parts: [Substring] = []
        for part in (directory + "/" + path).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (directory.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
