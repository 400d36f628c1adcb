import Environments
import Foundation
import Glibc

/// What conda's tools read about an environment: `conda-meta`.
enum CondaMetadata {
    /// Where the record of a package is, below the prefix.
    static func record(of package: CondaPackage) -> String { "conda-meta/\(package.name)-\(package.version)-\(package.build).json" }

    /// One package as it was installed (conda's prefix record).
    private struct Record: Decodable {
        struct Paths: Decodable { let paths: [Path] }
        struct Path: Decodable {
            let _path: String
            let prefix_placeholder: String?
        }

        let name: String
        let version: String
        let build: String
        let files: [String]
        let paths_data: Paths?
    }

    /// Checks that the tree has exactly the packages of `lock`, every file of theirs, and no placeholder
    /// left where `prefix` belongs.
    ///
    /// - Returns: The files of each record.
    static func verify(_ tree: String, lock: Lock, prefix: String) throws -> [String: [String]] {
        let directory = tree + "/conda-meta"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var installed: Set<String> = []
        var files: [String: [String]] = [:]
        for name in names where name.hasSuffix(".json") {
            let record = try JSONDecoder().decode(Record.self, from: content(of: directory + "/" + name))
            files["conda-meta/" + name] = record.files
            installed.insert("\(record.name)-\(record.version)-\(record.build)")
            for file in record.files {
                var status = stat()
                guard lstat(tree + "/" + file, &status) == 0 else { throw incomplete("\(record.name) lacks \(file)") }
            }
            for path in record.paths_data?.paths ?? [] {
                guard let placeholder = path.prefix_placeholder, !placeholder.isEmpty else { continue }
                if try content(of: tree + "/" + path._path).firstRange(of: Data(placeholder.utf8)) != nil {
                    throw incomplete("\(record.name)'s \(path._path) was not made for \(prefix)")
                }
            }
        }
        let wanted = Set(lock.packages.map { "\($0.name)-\($0.version)-\($0.build)" })
        guard installed == wanted else {
            throw incomplete("missing: \(wanted.subtracting(installed).sorted()), unasked: \(installed.subtracting(wanted).sorted())")
        }
        return files
    }

    /// Writes what is not in the packages: which of them `specs` ask for, and the lock's variables.
    static func complete(_ tree: String, lock: Lock, specs: [String]) throws {
        let directory = tree + "/conda-meta"
        if access(directory, F_OK) != 0 { try makeDirectory(directory, mode: 0o777) }
        guard try status(of: directory).st_mode & S_IFMT == S_IFDIR else { throw incomplete("conda-meta is no directory") }
        let asked = Dictionary(grouping: specs) { MatchSpecName.name(in: $0) ?? "" }
        for package in lock.packages {
            guard let specs = asked[package.name] else { continue }
            let path = tree + "/" + record(of: package)
            // Its first character is a brace, and other members follow.
            let member = Data("{\"requested_specs\":".utf8) + (try JSONEncoder().encode(specs)) + Data(",".utf8)
            try replace(path, by: member + content(of: path).dropFirst())
        }
        // conda takes a directory for an environment by this file, and reads the variables from the other.
        try replace(directory + "/history", by: Data())
        if !lock.variables.isEmpty {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try replace(directory + "/state", by: encoder.encode(State(version: 1, env_vars: lock.variables)))
        }
    }

    /// `conda-meta/state`.
    private struct State: Encodable {
        let version: Int
        let env_vars: [String: String]
    }

    /// What was there may be shared with other environments, or a link that a package has brought.
    private static func replace(_ path: String, by bytes: Data) throws {
        unlink(path)
        try writeNew(bytes, to: path)
    }

    /// The content of a regular file. A package may bring a link to a device instead, which has no end.
    private static func content(of path: String) throws -> Data {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw incomplete("\(path) is no file") }
        return try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    }

    private static func incomplete(_ what: String) -> StoreError {
        StoreError(.failed, "The packages were not installed completely. Try again.", log: [what])
    }
}
