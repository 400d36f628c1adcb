import Foundation

/// Where to go after a log-in: a path of this site, or nothing.
///
/// What looks like a path can lead away once a browser has read it by the WHATWG rules
/// (backslashes, tabs, dot segments, a second slash), so everything doubtful is refused.
struct NextPath {
    /// The path with its query, exactly as it was given: nested encodings must survive.
    let text: String

    init?(_ candidate: String?) {
        guard let candidate, candidate.utf8.count <= 8192, candidate.hasPrefix("/") else { return nil }
        guard candidate.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else { return nil }
        var path = String(candidate.prefix { $0 != "?" && $0 != "#" })
        // A browser or a server on the way may decode once more than expected.
        for _ in 0..<3 {
            guard Self.isPlain(path), let decoded = path.removingPercentEncoding else { return nil }
            if decoded == path { break }
            path = decoded
        }
        guard Self.isPlain(path), Self.isOurs(path) else { return nil }
        text = candidate
    }

    private static func isPlain(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.contains("//") && path.unicodeScalars.allSatisfy { $0.value > 0x1f && $0.value != 0x7f && $0 != "\\" }
            && !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }

    private static func isOurs(_ path: String) -> Bool {
        let isEntrance = ["/hub/login", "/hub/logout"].contains { path == $0 || path.hasPrefix($0 + "/") }
        return !isEntrance && (path == "/" || path == "/hub" || path.hasPrefix("/hub/") || path.hasPrefix("/user/"))
    }
}
