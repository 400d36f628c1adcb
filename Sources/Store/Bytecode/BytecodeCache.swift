import Foundation
import Glibc
import UntrustedFiles

/// The bytecode that one interpreter made, by what it was made of: once a source, however many builds have it.
///
/// `store/bytecode/INTERPRETER/SHA256` is the bytecode of the source with that digest, `SHA256.none` says that
/// the source does not compile (a template, a test of Python 2), `SHA256.neutral` is for a source that names its
/// prefix, made with another in its place, and `tag` is what the interpreter calls its
/// bytecode (`cpython-312`). Other bytecode names no prefix: an import corrects the path as it loads. It is of
/// the kind that is not compared with its source's date (PEP 552, unchecked), since dates are all alike in a store.
struct BytecodeCache: Sendable {
    private let directory: String

    init(_ layout: StoreLayout, _ interpreter: Interpreter) { directory = layout.bytecode + "/" + interpreter.identity }

    /// Which of `sources` nobody has compiled yet, each once.
    func missing(of sources: [PythonSource]) -> [PythonSource] {
        guard tag != nil else { return distinct(sources) }
        return distinct(sources).filter { access(entry($0), F_OK) != 0 && access("\(directory)/\($0.sha256)\(Self.none)", F_OK) != 0 }
    }

    /// Takes what the interpreter has written for `sources` into the cache: all of it, or nothing where the
    /// host stops in between.
    ///
    /// - Parameters:
    ///   - output: `tag`, and `SHA256` for every source that compiles. Foreign code wrote it: nothing in it is followed or believed.
    ///   - waiting: An empty directory of root's in the store's file system.
    func adopt(_ sources: [PythonSource], from output: String, by waiting: String) throws(FileError) {
        let folder = open(output, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw FileError("read", output) }
        defer { close(folder) }
        guard let tag = try Self.content(of: "tag", in: folder, atMost: 64).map({ String(decoding: $0, as: UTF8.self) }),
            tag.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        else { throw FileError("read the interpreter's tag in", output, code: EINVAL) }
        var arrived: [(name: String, from: String)] = []
        for source in sources {
            let bytes = try Self.content(of: source.sha256, in: folder, atMost: 64 << 20).flatMap { Self.isBytecode($0) ? $0 : nil }
            let name = bytes == nil ? source.sha256 + Self.none : self.name(source)
            try writeNew(bytes ?? Data(), to: waiting + "/" + name)
            arrived.append((name, waiting + "/" + name))
        }
        try writeNew(Data(tag.utf8), to: waiting + "/tag")
        arrived.append(("tag", waiting + "/tag"))
        try syncFileSystem(of: waiting)
        try makeDirectory(directory, mode: 0o700)
        for (name, path) in arrived {
            guard Glibc.link(path, directory + "/" + name) == 0 || errno == EEXIST else { throw FileError("keep", path) }
            unlink(path)
        }
    }

    /// Gives every source of `tree` its bytecode. Afterwards there is one for each that compiles, made from
    /// exactly what is in it, whatever a package brought or pip left.
    func link(_ sources: [PythonSource], into tree: String, prefix: String) throws(FileError) {
        guard let tag else { throw FileError("read", directory + "/tag") }
        // Bytes: to Swift, names that look alike are one.
        var checked: Set<[UInt8]> = []
        for source in sources {
            let file = tree + "/" + source.path
            // Bytes here too: a slash and an accent after it are one character.
            let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) ?? file.startIndex
            let folder = "\(file[..<slash])/__pycache__"
            let target = "\(folder)/\(Substring(file.utf8[slash...].dropFirst().dropLast(3))).\(tag).pyc"
            // A package may have brought a link in its place.
            if checked.insert(Array(folder.utf8)).inserted { try Self.ensureDirectory(folder) }
            unlink(target)
            guard access(entry(source), F_OK) == 0 else { continue }
            if source.hasPrefix {
                let bytes = try content(of: source)
                let own = bytes.withUnsafeBytes { PrefixText.replacing(PrefixText.neutral, with: prefix, in: $0) }
                try writeNew(own.map { Data($0) } ?? bytes, to: target)
                continue
            }
            var result = Glibc.link(entry(source), target)
            if result != 0, errno == EMLINK {
                try renew(source)
                result = Glibc.link(entry(source), target)
            }
            guard result == 0 else { throw FileError("link", target) }
        }
    }

    /// A file system gives an inode so many names and no more (ext4: 65,000), and the empty `__init__.py`
    /// needs thousands: the entry becomes a new one, and the old one stays with those who have it.
    private func renew(_ source: PythonSource) throws(FileError) {
        try writeWhole(try content(of: source), to: entry(source), mode: 0o644)
    }

    private func content(of source: PythonSource) throws(FileError) -> Data {
        guard let bytes = FileManager.default.contents(atPath: entry(source)) else { throw FileError("read", entry(source)) }
        return bytes
    }

    private func name(_ source: PythonSource) -> String { source.sha256 + (source.hasPrefix ? ".neutral" : "") }
    private func entry(_ source: PythonSource) -> String { directory + "/" + name(source) }

    private var tag: String? {
        FileManager.default.contents(atPath: directory + "/tag").map { String(decoding: $0, as: UTF8.self) }
    }

    private func distinct(_ sources: [PythonSource]) -> [PythonSource] {
        var seen: Set<String> = []
        return sources.filter { seen.insert($0.sha256).inserted }
    }

    static let none = ".none"

    /// Header of a `.pyc`: four bytes that say which Python, four of flags, of which the lowest says that a
    /// hash of the source follows, and the next that it is to be checked (PEP 552).
    private static func isBytecode(_ bytes: Data) -> Bool { bytes.count > 16 && bytes.dropFirst(4).prefix(4).elementsEqual([1, 0, 0, 0]) }

    private static func content(of name: String, in folder: CInt, atMost limit: Int) throws(FileError) -> Data? {
        do { return try UntrustedDirectory.content(of: name, in: folder, atMost: limit).map { Data($0) } } catch {
            throw FileError("read", name, code: error.code)
        }
    }

    private static func ensureDirectory(_ path: String) throws(FileError) {
        var status = stat()
        if lstat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return }
            guard unlink(path) == 0 else { throw FileError("replace", path) }
        }
        guard mkdir(path, 0o755) == 0 else { throw FileError("make", path) }
    }
}
