import Environments
import Foundation
import Glibc

/// What the installer wrote about itself: `conda-meta/*.json`.
enum CondaMetadata {
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
    /// left where `prefix` belongs.
    static func verify(_ tree: String, lock: Lock, prefix: String) throws {
        let directory = tree + "/conda-meta"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var installed: Set<String> = []
        for name in names where name.hasSuffix(".json") {
            let record = try JSONDecoder().decode(Record.self, from: content(of: directory + "/" + name))
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
    }

    /// How the prefix can be replaced in the files that say so, by their paths below it. What can't be read says nothing.
    static func relocations(in tree: String) -> [String: Relocation] {
        let directory = tree + "/conda-meta"
        var relocations: [String: Relocation] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] where name.hasSuffix(".json") {
            guard let bytes = try? content(of: directory + "/" + name), let record = try? JSONDecoder().decode(Record.self, from: bytes)
            else { continue }
            for path in record.paths_data?.paths ?? [] {
                guard let placeholder = path.prefix_placeholder, !placeholder.isEmpty else { continue }
                relocations[path._path] = path.file_mode == "binary" ? .binary(room: placeholder.utf8.count) : .text
            }
        }
        return relocations
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
