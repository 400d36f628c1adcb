import CLinux
import Environments
import Foundation
import Glibc
import UntrustedFiles

/// What conda's tools read about an environment: `conda-meta`.
enum CondaMetadata {
    /// Where the record of a package is, below the prefix.
    static func record(of package: CondaPackage) -> String { path(ofRecord: "\(package.name)-\(package.version)-\(package.build)") }

    /// - Parameter name: the package's, with version and build.
    private static func path(ofRecord name: String) -> String { "conda-meta/\(name).json" }

    /// One package as it was installed (conda's prefix record).
    private struct Record: Decodable {
        struct Paths: Decodable { let paths: [Path] }
        struct Path: Decodable {
            let _path: String
            let prefix_placeholder: String?
            let file_mode: String?
        }

        let name: String
        let version: String
        let build: String
        let files: [String]
        let paths_data: Paths?
    }

    /// Checks that the tree has exactly the packages of `lock`, every file of theirs, and no placeholder
    /// left where the prefix belongs. Packages may bring records and links of their own making: only the records of the
    /// lock are read, and nothing outside the tree.
    ///
    /// - Returns: The files of each record.
    static func verify(_ tree: String, lock: Lock) throws -> [String: [String]] {
        let top = try directory(tree)
        defer { close(top) }
        let wanted = Set(lock.packages.map { "\($0.name)-\($0.version)-\($0.build)" })
        let installed = Set(try records(in: top))
        guard installed == wanted else {
            throw incomplete("missing: \(wanted.subtracting(installed).sorted()), unasked: \(installed.subtracting(wanted).sorted())")
        }
        var files: [String: [String]] = [:]
        for name in wanted.sorted() {
            let record = try record(name, in: top)
            guard "\(record.name)-\(record.version)-\(record.build)" == name else {
                throw incomplete("the record of \(name) is another package's")
            }
            files[path(ofRecord: name)] = record.files
            for file in record.files where !isThere(file, in: top) { throw incomplete("\(record.name) lacks \(file)") }
            for path in record.paths_data?.paths ?? [] {
                guard let placeholder = path.prefix_placeholder, !placeholder.isEmpty else { continue }
                let left = try content(of: path._path, in: top) {
                    memmem($0.baseAddress, $0.count, placeholder, placeholder.utf8.count) != nil
                }
                guard let left else { throw incomplete("\(record.name)'s \(path._path) is no file") }
                if left { throw incomplete("\(record.name)'s \(path._path) was not made for \(BuildID.prefix)") }
            }
        }
        return files
    }

    /// Writes what is not in the packages: which of them `specs` ask for, and the lock's variables.
    ///
    /// - Returns: The files that are new.
    static func complete(_ tree: String, lock: Lock, specs: [String]) throws -> [String] {
        let directory = tree + "/conda-meta"
        if access(directory, F_OK) != 0 { try makeDirectory(directory, mode: 0o777) }
        guard try status(of: directory).st_mode & S_IFMT == S_IFDIR else { throw incomplete("conda-meta is no directory") }
        let top = try self.directory(tree)
        defer { close(top) }
        var written: [String] = []
        func replace(_ path: String, by bytes: Data) throws {
            // What was there may be shared with other environments, or a link that a package has brought.
            unlink(tree + "/" + path)
            try writeNew(bytes, to: tree + "/" + path)
            written.append(path)
        }
        let asked = Dictionary(grouping: specs) { MatchSpecName.name(in: $0) ?? "" }
        for package in lock.packages {
            guard let specs = asked[package.name] else { continue }
            let text = try text(ofRecord: record(of: package), in: top)
            // Its first character is a brace, and other members follow.
            let member = Data("{\"requested_specs\":".utf8) + (try JSONEncoder().encode(specs)) + Data(",".utf8)
            try replace(record(of: package), by: member + text.dropFirst())
        }
        // conda takes a directory for an environment by this file, and reads the variables from the other.
        try replace("conda-meta/history", by: Data())
        if !lock.variables.isEmpty {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try replace("conda-meta/state", by: encoder.encode(State(version: 1, env_vars: lock.variables)))
        }
        return written
    }

    /// `conda-meta/state`.
    private struct State: Encodable {
        let version: Int
        let env_vars: [String: String]
    }

    /// How the prefix can be replaced in the files that say so, by their paths below it. What can't be read says nothing.
    static func relocations(in tree: String) -> [String: Relocation] {
        guard let top = try? directory(tree) else { return [:] }
        defer { close(top) }
        var relocations: [String: Relocation] = [:]
        for name in (try? records(in: top)) ?? [] {
            guard let record = try? record(name, in: top) else { continue }
            for path in record.paths_data?.paths ?? [] {
                guard let placeholder = path.prefix_placeholder, !placeholder.isEmpty else { continue }
                relocations[path._path] = path.file_mode == "binary" ? .binary(room: placeholder.utf8.count) : .text
            }
        }
        return relocations
    }

    private static func directory(_ tree: String) throws(FileError) -> CInt {
        let top = open(tree, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard top >= 0 else { throw FileError("open", tree) }
        return top
    }

    private static func record(_ name: String, in top: CInt) throws -> Record {
        try JSONDecoder().decode(Record.self, from: text(ofRecord: path(ofRecord: name), in: top))
    }

    private static func text(ofRecord path: String, in top: CInt) throws -> Data {
        guard let text = try content(of: path, in: top, { Data($0) }) else { throw incomplete("the record \(path) is no file") }
        return text
    }

    /// The names of the records, as packages have them.
    private static func records(in top: CInt) throws -> [String] {
        guard let directory = UntrustedDirectory.open("conda-meta", in: top) else { return [] }
        defer { close(directory) }
        return try UntrustedDirectory.names(in: directory).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }

    private static func isThere(_ path: String, in top: CInt) -> Bool {
        guard let place = UntrustedDirectory.open(path, below: top, LINUX_O_PATH) else { return false }
        close(place)
        return true
    }

    /// What is made of the bytes of a regular file; nil where it is none. A package may bring a link to a device
    /// instead, which has no end.
    private static func content<Value>(
        of path: String, in top: CInt, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Value
    ) throws(FileError) -> Value? {
        guard let file = UntrustedDirectory.open(path, below: top, O_RDONLY) else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return try withBytes(ofOpen: file, size: Int(status.st_size), path, body)
    }

    private static func incomplete(_ what: String) -> StoreError {
        StoreError(.failed, "The packages were not installed completely. Try again.", log: [what])
    }
}
