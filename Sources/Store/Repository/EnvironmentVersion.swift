import Environments
import Foundation
import Phrases

/// One version of an environment: what a commit of its repository holds.
struct EnvironmentVersion: Sendable {
    /// The text of `environment.yml` as it was given.
    let recipe: String
    let lock: Lock
    /// The locks of the recipe's other platforms.
    var others: [Lock] = []
    /// What was said by hand of the host that it was solved for.
    var given = VirtualPackages()
    /// What was told when it was made.
    let notices: [Phrase]

    var build: BuildID { get throws(StoreError) { try lock.identity } }

    /// Whether both hold the same, whatever was told when they were made.
    func isSame(as other: EnvironmentVersion) -> Bool {
        recipe == other.recipe && lock == other.lock && others == other.others && given == other.given
    }

    /// Locks of other platforms, an array; not there where the recipe names none.
    static let othersFile = "other-locks.json"
    /// One line; not there where the configuration decided.
    static let cudaFile = "cuda.txt"
    /// A virtual package a line, without CUDA; not there where none was given.
    static let virtualPackagesFile = "virtual-packages.txt"

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return encoder
    }

    /// The names of all files that are Berth's; others in the repository are the people's own.
    static let fileNames = [
        "environment.yml", "explicit.txt", "lock.json", "notices.json", othersFile, cudaFile, virtualPackagesFile,
    ]

    /// The files of the commit, by name.
    var files: [(name: String, content: Data)] {
        get throws {
            let notices = try JSONEncoder().encode(notices)
            var files = [
                ("environment.yml", Data(recipe.utf8)),
                ("explicit.txt", Data(lock.explicit.utf8)),
                ("lock.json", try lock.canonicalBytes),
                ("notices.json", notices),
            ]
            if !others.isEmpty { files.append((Self.othersFile, try Self.encoder.encode(others))) }
            if let cuda = given.cuda { files.append((Self.cudaFile, Data((cuda + "\n").utf8))) }
            if !given.others.isEmpty {
                files.append((Self.virtualPackagesFile, Data(given.others.map { $0 + "\n" }.joined().utf8)))
            }
            return files
        }
    }
}
