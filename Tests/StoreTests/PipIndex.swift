import Foundation
import Testing

/// A directory that a web server can serve as an index of pip, and in it what a test puts there.
final class PipIndex: Sendable {
    let path: String
    /// The wheel that it was made with.
    let wheel: String

    init(wheel name: String? = nil) throws {
        path = "/var/tmp/berth-index-" + UUID().uuidString
        wheel = Self.file(name ?? "no")
        try FileManager.default.createDirectory(atPath: path + "/simple", withIntermediateDirectories: true)
        if let name { try add(name) }
    }

    static func file(_ name: String, _ version: String = "1.0", tag: String = "py3-none-any") -> String { "\(name)-\(version)-\(tag).whl" }

    /// Puts a wheel of one module into it, always of the same bytes.
    ///
    /// - Parameters:
    ///   - answer: What `NAME.answer` is.
    ///   - tag: What it is for.
    ///   - needs: Requirements.
    func add(
        _ name: String, _ version: String = "1.0", answer: String = "42", tag: String = "py3-none-any", needs: [String] = []
    ) throws {
        let script = """
            import os, sys, zipfile
            folder, name, version, wheel, answer, tag, *needs = sys.argv[1:]
            os.makedirs(f"{folder}/simple/{name}", exist_ok=True)
            write = lambda archive, name, text: archive.writestr(zipfile.ZipInfo(name), text)
            with zipfile.ZipFile(f"{folder}/simple/{name}/{wheel}", "w") as archive:
                write(archive, f"{name}.py", f"answer = {answer}\\n")
                info = f"{name}-{version}.dist-info"
                write(archive, f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
                                 + "".join(f"Requires-Dist: {need}\\n" for need in needs))
                write(archive, f"{info}/WHEEL", f"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: {tag}\\n")
                write(archive, f"{info}/RECORD", f"{name}.py,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
            """
        let arguments = [path, name, version, Self.file(name, version, tag: tag), answer, tag] + needs
        try #require(Bench.run("/usr/bin/python3", ["-c", script] + arguments).status == 0)
    }

    /// Drops a file of a package.
    func drop(_ name: String, _ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/simple/\(name)/\(file)") }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
