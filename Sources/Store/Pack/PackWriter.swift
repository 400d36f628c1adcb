import CLinux
import Environments
import Foundation
import Glibc

/// Writes a build as a tar archive that is unpacked anywhere, as conda-pack's are: all files below the archive's
/// top, and the program `bin/conda-unpack`, which puts its own place where the build's prefix stood. Nothing is
/// copied on the disk or gathered in memory. Blocks.
struct PackWriter {
    let tree: String
    let prefix: String
    /// The recipe's `variables:`, which `bin/activate` sets.
    let variables: [String: String]
    /// Where the archive goes; the process ignores `SIGPIPE`.
    let output: CInt

    /// What `conda-unpack` goes by: the prefix, then for each file how it is relocated and its path; a zero byte
    /// after each, since paths have none.
    private static let list = "conda-meta/berth-relocations"

    func write() throws(FileError) {
        let noted = CondaMetadata.relocations(in: tree)
        var list = Array(prefix.utf8) + [0]
        for (path, status) in try entries() {
            let file = (Array(tree.utf8) + [UInt8(ascii: "/")] + path + [0]).map { CChar(bitPattern: $0) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try put(TarHeader(path, .directory).bytes)
            case S_IFLNK: try put(TarHeader(path, .link(target: Self.within(prefix, try bytes(ofLink: file), from: path))).bytes)
            default:
                let isExecutable = status.st_mode & 0o111 != 0
                try withBytes(of: file, size: Int(status.st_size)) { bytes throws(FileError) in
                    let hasPrefix = memmem(bytes.baseAddress, bytes.count, prefix, prefix.utf8.count) != nil
                    let packed = PackedFile(path, bytes, hasPrefix: hasPrefix)
                    guard packed != .leftOut else { return }
                    if hasPrefix {
                        let relocation = Relocation(noted: noted[String(decoding: path, as: UTF8.self)], bytes, prefix: prefix)
                        list += Array(relocation.word.utf8) + [0] + path + [0]
                    }
                    try put(TarHeader(path, .file(size: bytes.count, isExecutable: isExecutable)).bytes)
                    if packed == .checkedBytecode {
                        try put(UnsafeRawBufferPointer(rebasing: bytes[..<4]))
                        try put(PackedFile.checkedFlags)
                        try put(UnsafeRawBufferPointer(rebasing: bytes[8...]))
                    } else {
                        try put(bytes)
                    }
                    try put(TarHeader.padding(after: bytes.count))
                }
            }
        }
        if access(tree + "/bin/activate", F_OK) != 0 {
            let script = ActivationScript(prefix: prefix, variables: variables).text
            try putOwn("bin/activate", Array(script.utf8), isExecutable: false)
            list += Array("text\0bin/activate\0".utf8)
        }
        try putOwn(Self.list, list, isExecutable: false)
        try putOwn("bin/conda-unpack", PackageResources.conda_unpack_py, isExecutable: true)
        try put(TarHeader.end)
    }

    /// Everything below the tree, in the order of the paths' bytes, so that the archive is always the same.
    private func entries() throws(FileError) -> [(path: [UInt8], status: stat)] {
        var entries: [(path: [UInt8], status: stat)] = []
        let top = tree.utf8.count
        try Tree.walk(tree) { (path, status) throws(FileError) in
            let below = path.dropFirst(top + 1).dropLast().map { UInt8(bitPattern: $0) }
            if !below.isEmpty { entries.append((below, status)) }
        }
        return entries.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }

    /// The target of a link at `path`; one that leads into `prefix` becomes one that leads there from anywhere.
    static func within(_ prefix: String, _ target: [UInt8], from path: [UInt8]) -> [UInt8] {
        guard target.starts(with: prefix.utf8 + [UInt8(ascii: "/")]) else { return target }
        let up = path.count { $0 == UInt8(ascii: "/") }
        return Array(String(repeating: "../", count: up).utf8) + target.dropFirst(prefix.utf8.count + 1)
    }

    private func putOwn(_ path: String, _ bytes: [UInt8], isExecutable: Bool) throws(FileError) {
        try put(TarHeader(Array(path.utf8), .file(size: bytes.count, isExecutable: isExecutable)).bytes)
        try put(bytes)
        try put(TarHeader.padding(after: bytes.count))
    }

    private func put(_ bytes: [UInt8]) throws(FileError) {
        let result: Result<Void, FileError> = bytes.withUnsafeBytes { buffer in
            do throws(FileError) { return .success(try put(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(output, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError("write", "the archive") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
