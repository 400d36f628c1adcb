/// The name of a wheel's file (PyPA, “Binary distribution format”): `humanize-4.11.0-py3-none-any.whl`.
public struct WheelName: Sendable, Hashable {
    public let file: String
    /// The name of what it installs, as PyPI compares names.
    public let project: String
    public let version: String

    /// Nil where `file` is no such name, or one that could be anything but a file's.
    public init?(_ file: String) {
        guard (1...255).contains(file.utf8.count), file.hasSuffix(".whl"), !file.hasPrefix("."), !file.hasPrefix("-"),
            file.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._+!-".contains($0)) })
        else { return nil }
        let parts = file.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard (5...6).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.file = file
        project = normalised(String(parts[0]))
        version = String(parts[1].replacing("_", with: "-"))
    }
}

extension PipPackage {
    /// Its name as PyPI compares names.
    public var project: String { normalised(name) }

    /// The wheel that its URL names; nil for a source, and where the URL names no file.
    public var wheel: WheelName? {
        let path = url.prefix { !"?#".contains($0) }
        return path.split(separator: "/").last.flatMap { $0.removingPercentEncoding }.flatMap { WheelName($0) }
    }
}
