import YAML

/// Puts what a requirements file names by `-r` in the place of that line, and keeps what it names by `-c` apart
/// (pip's requirements file format).
struct RequirementFiles {
    enum Bound {
        static let files = 50
        /// Bytes of all files, each counted as often as it is named.
        static let size = 1 << 20
        static let depth = 10
    }

    /// Where the file lies that is begun with, as the person named it.
    private let directory: String
    /// The text of a file, by its path from there; nil where it isn't there.
    private let read: (String) -> String?
    /// The lines of all `-c` files.
    private(set) var constraints: [String] = []
    private var count = 0
    private var size = 0

    init(in directory: String, read: @escaping (String) -> String?) {
        self.directory = directory
        self.read = read
    }

    /// A line that names a file.
    struct Reference: Equatable {
        let written: String
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
                    (self.written, self.path, self.isConstraint) = (line, path, isConstraint)
                    return
                }
            }
            return nil
        }
    }

    /// A requirement or an option, and the file that it stands in.
    struct Line {
        let text: String
        let place: ExpandedRecipe.Place
    }

    /// The lines of the file that is named, and of those that it names.
    ///
    /// - Throws: where one of them can't be read.
    mutating func lines(of reference: Reference) throws(UnreadFile) -> [Line] {
        try lines(of: reference, at: nil, in: "", depth: 0)
    }

    private mutating func lines(
        of reference: Reference, at place: ExpandedRecipe.Place?, in folder: String, depth: Int
    ) throws(UnreadFile) -> [Line] {
        guard depth < Bound.depth, count < Bound.files else {
            throw UnreadFile(written: reference.written, place: place, reason: .endless)
        }
        count += 1
        let path = RelativePath.joined(folder, reference.path)
        let file = RelativePath.joined(directory, path)
        guard let text = read(path) else {
            throw UnreadFile(written: reference.written, place: place, reason: .missing(file))
        }
        size += text.utf8.count
        guard size <= Bound.size else { throw UnreadFile(written: reference.written, place: place, reason: .endless) }
        var lines: [Line] = []
        for (mark, line) in Requirements.logicalLines(of: text) {
            let place = ExpandedRecipe.Place(file: file, mark: mark), nested = Reference(line)
            if reference.isConstraint, nested?.isConstraint != true {
                constraints.append(line)
            } else if let nested {
                lines += try self.lines(of: nested, at: place, in: RelativePath.directory(of: path), depth: depth + 1)
            } else {
                lines.append(Line(text: line, place: place))
            }
        }
        return lines
    }
}
