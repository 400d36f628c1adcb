import Foundation
import Glibc
import Synchronization
import TLS
import UntrustedFiles

/// The bytecode that one interpreter made, by what it was made of: once a source, however many builds have it.
///
/// `store/bytecode/INTERPRETER/SOURCE-BYTECODE` is the bytecode of a source, named by the SHA-256 of both, so that
/// nobody has to read it for a build's manifest. `SOURCE.none` says that the source does not compile (a template, a
/// test of Python 2), and `tag` is what the interpreter calls its bytecode (`cpython-312`). It is of the kind that is
/// not compared with its source's date (PEP 552, unchecked), since dates are all alike in a store.
struct BytecodeCache: Sendable {
    private let directory: String

    init(_ layout: StoreLayout, _ interpreter: Interpreter) { directory = layout.bytecode + "/" + interpreter.identity }

    /// What it has now; nil where nobody has compiled anything.
    func entries() throws(FileError) -> BytecodeEntries? { try BytecodeEntries(in: directory) }

    /// Which of `sources` nobody has compiled yet, each once.
    func missing(of sources: [PythonSource], in entries: BytecodeEntries?) -> [PythonSource] {
        distinct(sources).filter { entries?.knows($0) != true }
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
            let name = BytecodeEntries.name(of: source, bytes)
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

    /// Gives every source of `contents`, which are in `tree`, its bytecode. Afterwards there is one for each that
    /// compiles, made from exactly what is in it, whatever a package brought or pip left.
    ///
    /// - Parameters:
    ///   - entries: What it has, for all sources.
    ///   - owner: Of all that is not shared.
    func link(
        _ entries: BytecodeEntries?, into tree: String, _ contents: inout BuildContents, owner: UInt32
    ) throws(FileError) {
        guard let entries else { throw FileError("read", directory + "/tag", code: ENOENT) }
        let top = try OpenDirectory(tree)
        let cache = try OpenDirectory(directory)
        // By bytes: to Swift, names that look alike are one.
        let folders = Dictionary(grouping: contents.sources) { Array($0.path.parted.directory.utf8) }
        let parts = try folders.mapOnAllCores { (path, sources) throws(FileError) in
            var part = Part()
            let folder = try Folder(of: String(decoding: path, as: UTF8.self), in: top, owner: owner, &part)
            for source in sources {
                try link(source, from: cache, entries, into: folder, &part, owner: owner)
            }
            part.contents.note(directory: folder.path, try folder.place.status)
            return part
        }
        for part in parts {
            for path in part.gone { contents.forget(path) }
            contents.add(part.contents)
        }
    }

    private func link(
        _ source: PythonSource, from cache: borrowing OpenDirectory, _ entries: BytecodeEntries, into folder: borrowing Folder,
        _ part: inout Part, owner: UInt32
    ) throws(FileError) {
        let name = "\(Substring(source.path.parted.name.utf8.dropLast(3))).\(entries.tag).pyc"
        let path = "\(folder.path)/\(name)"
        guard let entry = entries.entry(of: source) else {
            if try folder.place.remove(name) { part.gone.append(path) }
            return
        }
        do throws(FileError) { try folder.place.share(entry.name, in: cache.descriptor, as: name) } catch {
            switch error.code {
            case EEXIST: _ = try folder.place.remove(name)
            case EMLINK: try renew(entry.name)
            default: throw error
            }
            try folder.place.share(entry.name, in: cache.descriptor, as: name)
        }
        part.contents.note(path, digest: entry.digest, try folder.place.settle(name, owner: owner), isShared: true)
    }

    /// What comes of one directory.
    private struct Part: Sendable {
        var contents = BuildContents()
        var gone: [String] = []
    }

    /// Where the bytecode of a directory goes.
    private struct Folder: ~Copyable {
        /// Below the prefix.
        let path: String
        let place: OpenDirectory

        init(of parent: String, in top: borrowing OpenDirectory, owner: UInt32, _ part: inout Part) throws(FileError) {
            path = parent + "/__pycache__"
            let parent = try OpenDirectory(parent, in: top.descriptor)
            do throws(FileError) { try parent.makeDirectory("__pycache__", owner: owner) } catch {
                guard error.code == EEXIST else { throw error }
                // A package may have brought a link in its place, or a file.
                var status = stat()
                if fstatat(parent.descriptor, "__pycache__", &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_mode & S_IFMT != S_IFDIR {
                    if try parent.remove("__pycache__") { part.gone.append(path) }
                    try parent.makeDirectory("__pycache__", owner: owner)
                }
            }
            place = try OpenDirectory("__pycache__", in: parent.descriptor)
        }
    }

    /// A file system gives an inode so many names and no more (ext4: 65,000), and the empty `__init__.py`
    /// needs thousands: the entry becomes a new one, and the old one stays with those who have it.
    private func renew(_ name: String) throws(FileError) {
        let path = directory + "/" + name
        try Self.renewing.withLock { (_) throws(FileError) in
            var status = stat()
            // Others found it full at the same time, and one of them was first.
            guard stat(path, &status) == 0, status.st_nlink > Self.young else { return }
            try writeWhole(try content(of: name), to: path, mode: 0o644)
        }
    }

    private static let renewing = Mutex(())
    /// Names that an entry has at most by the time that others come to renew it too, and far fewer than any limit.
    private static let young = 1_000

    private func content(of name: String) throws(FileError) -> Data {
        let path = directory + "/" + name
        guard let bytes = FileManager.default.contents(atPath: path) else { throw FileError("read", path) }
        return bytes
    }

    private func distinct(_ sources: [PythonSource]) -> [PythonSource] {
        var seen: Set<String> = []
        return sources.filter { seen.insert($0.sha256).inserted }
    }

    /// Header of a `.pyc`: four bytes that say which Python, four of flags, of which the lowest says that a
    /// hash of the source follows, and the next that it is to be checked (PEP 552).
    private static func isBytecode(_ bytes: Data) -> Bool { bytes.count > 16 && bytes.dropFirst(4).prefix(4).elementsEqual([1, 0, 0, 0]) }

    private static func content(of name: String, in folder: CInt, atMost limit: Int) throws(FileError) -> Data? {
        do { return try UntrustedDirectory.content(of: name, in: folder, atMost: limit).map { Data($0) } } catch {
            throw FileError("read", name, code: error.code)
        }
    }
}
