/// Puts what a requirements file names by `-r` in the place of that line, and keeps what it names by `-c` apart
/// (pip's requirements file format).
struct RequirementFiles {
    private enum Bound {
        static let files = 50
        static let depth = 10
    }

    /// The text of a file, by its path from where the recipe lies; nil where it isn't there.
    let read: (String) -> String?
    /// The lines of all `-c` files.
    private(set) var constraints: [String] = []
    private var count = 0

    init(read: @escaping (String) -> String?) { self.read = read }

    /// A line that names a file.
    struct Reference: Equatable {
        let path: String
        /// Whether it narrows what others ask for, and asks for nothing itself.
        let isConstraint: Bool

        init?(_ line: String) {
            for (options, isConstraint) in [(["--requirement", "-r"], false), (["--constraint", "-c"], true)] {
                for option in options where line.hasPrefix(option) {
                    let rest = line.dropFirst(option.count)
                    // “--requirement=FILE”, “-r FILE”, “-rFILE”; but not “--requirements”.
                    guard option.hasPrefix("--") ? rest.first == "=" || rest.first == " " : true else { continue }
                    let path = String(rest.drop { $0 == "=" || $0 == " " }).trimmed
                    guard !path.isEmpty, !path.contains("://") else { return nil }
                    (self.path, self.isConstraint) = (path, isConstraint)
                    return
                }
            }
            return nil
        }
    }

    /// What a line stands for: itself, or the lines of the file that it names. Nil where that file, or one that it
    /// names, isn't there.
    mutating func lines(for line: String, in directory: String = "", depth: Int = 0) -> [String]? {
        guard let reference = Reference(line) else { return [line] }
        guard depth < Bound.depth, count < Bound.files else { return nil }
        count += 1
        let place = Self.joined(directory, reference.path)
        guard let text = read(place) else { return nil }
        var lines: [String] = []
        for (_, line) in Requirements.logicalLines(of: text) {
            if reference.isConstraint, Reference(line)?.isConstraint != true {
                constraints.append(line)
            } else {
                guard let more = self.lines(for: line, in: Self.directory(of: place), depth: depth + 1) else { return nil }
                lines += more
            }
        }
        return lines
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// The path from where the recipe lies, `.` and `..` resolved as far as they stay below it.
    private static func joined(_ directory: String, _ path: String) -> String {
        guard !path.hasPrefix("/"), !directory.isEmpty || path.hasPrefix(".") else { return path }
        var parts: [Substring] = []
        for part in (directory + "/" + path).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (directory.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
