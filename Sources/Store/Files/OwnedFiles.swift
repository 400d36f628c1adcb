import Foundation

/// Which files of an environment are a package's, by what installers write down: values in, values out.
enum OwnedFiles {
    /// The paths in a package's record of conda.
    static func inRecord(ofConda text: String) -> [String] {
        struct Record: Decodable { let files: [String]? }
        return (try? JSONDecoder().decode(Record.self, from: Data(text.utf8)))?.files ?? []
    }

    /// The paths in a `RECORD` of pip's, which are relative to site-packages at `folder`.
    static func inRecord(ofPip text: String, from folder: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let path = line.first == "\"" ? line.dropFirst().prefix { $0 != "\"" } : line.prefix { $0 != "," }
            var parts = path.hasPrefix("/") ? [] : folder.split(separator: "/")
            for part in path.split(separator: "/") where part != "." {
                if part == ".." { _ = parts.popLast() } else { parts.append(part) }
            }
            return parts.joined(separator: "/")
        }
    }

    /// Whether a file that no record names is still an installer's or Python's own doing.
    static func isByTheWay(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.first == "conda-meta" || path.hasSuffix(".pyc")
            || parts.contains { $0 == "__pycache__" || $0.hasSuffix(".dist-info") || $0.hasSuffix(".egg-info") }
    }
}
