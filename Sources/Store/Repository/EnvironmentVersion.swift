import Environments
import Foundation

/// One version of an environment: what a commit of its repository holds.
struct EnvironmentVersion: Sendable {
    /// The text of `environment.yml` as it was given.
    let recipe: String
    let lock: Lock
    /// What was told when it was made.
    let notices: [String]

    var build: BuildID {
        get throws(StoreError) {
            do {
                return try lock.buildID
            } catch {
                throw StoreError(.unavailable, "The lock could not be written as JSON.", log: ["\(error)"])
            }
        }
    }

    /// The lock as canonical JSON.
    var lockText: String {
        get throws(StoreError) {
            do {
                return String(decoding: try lock.canonicalBytes, as: UTF8.self)
            } catch {
                throw StoreError(.unavailable, "The lock could not be written as JSON.", log: ["\(error)"])
            }
        }
    }

    /// The files of the commit, by name.
    var files: [(name: String, content: Data)] {
        get throws {
            let notices = try JSONEncoder().encode(notices)
            return [
                ("environment.yml", Data(recipe.utf8)),
                ("explicit.txt", Data(lock.explicit.utf8)),
                ("lock.json", try lock.canonicalBytes),
                ("notices.json", notices),
            ]
        }
    }
}
