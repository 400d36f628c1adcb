import Glibc
import YAML

extension ValueForm where Value == String {
    /// A path; a relative one begins at the file's own directory.
    static let path = ValueForm(
        read: { node, reading in
            guard let text = node.scalar?.text, !text.isEmpty, !text.contains("\0"), node.scalar?.isNull == false else {
                reading.expected("a path", at: node)
                return nil
            }
            return reading.absolute(text)
        }, write: quoted)

    /// A path that something must be at.
    static let existingPath = ValueForm(
        read: { node, reading in
            guard let path = path.read(node, &reading) else { return nil }
            var status = stat()
            // Only what is surely absent is reported: the gateway need not be allowed to see a key.
            if reading.checksFiles, stat(path, &status) != 0, errno == ENOENT || errno == ENOTDIR {
                reading.report(
                    "“\(reading.key)” names \(path), and there is nothing there.",
                    "Make it, or correct the path.", at: node.mark)
            }
            return path
        }, write: quoted)

    /// An absolute path in a container.
    static let containerPath = ValueForm(
        "an absolute path in the container, such as /data",
        { $0.text.hasPrefix("/") && $0.text != "/" && !$0.text.split(separator: "/").contains("..") ? $0.text : nil },
        write: quoted)
}

extension Reading {
    /// `path` itself where it is absolute or begins with a placeholder such as `{home}`.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") || path.hasPrefix("{") { return path }
        let plain = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return directory.hasSuffix("/") ? directory + plain : directory + "/" + plain
    }
}
