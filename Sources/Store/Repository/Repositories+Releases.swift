import Environments
import Foundation
import Phrases

/// The name of a release: of one version of an environment.
struct ReleaseName: Sendable, CustomStringConvertible {
    static let rule: Phrase =
        "It begins with a letter or digit and has at most 64 letters, digits, dots, hyphens and underscores; not two dots in a row."

    let description: String
    var reference: String { "refs/tags/" + description }

    init?(_ text: String) {
        // What git-check-ref-format(1) refuses besides.
        guard text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil, !text.contains(".."), !text.hasSuffix("."),
            !text.hasSuffix(".lock")
        else { return nil }
        description = text
    }

    /// Why no version is given this name, which git or Berth would take for another one's; nil for all others. A release
    /// that has it from before can be looked at and taken away.
    var confusion: Phrase? {
        switch description.lowercased() {
        case "main", "head":
            "Git would not know whether “\(description)” means this version or the current one. Choose another name, such as v1."
        case let text where text.wholeMatch(of: /[0-9a-f]{4,40}/) != nil:
            "“\(description)” could be the first digits of a version. Put a letter beyond f before it, such as v\(description.prefix(39))."
        default: nil
        }
    }
}

extension Commit {
    /// Whether a tag that points at `target` means this version: it was made here or before the push that made it.
    func isMeant(by target: String) -> Bool { id == target || pushed == target }
}

/// Releases are tags: names of versions that stay what they are.
extension Repositories {
    /// What each tag points at.
    func tags(of name: EnvironmentName, for uid: UInt32) throws(StoreError) -> [String: String] {
        let git = try repository(name, for: uid)
        return try attempt("read the releases of “\(name)”") { try tags(in: git) }
    }

    func tags(in git: Git) throws -> [String: String] {
        let output = try git.run(["for-each-ref", "--format=%(refname:strip=2) %(objectname) %(*objectname)", "refs/tags"])
        try check(output)
        var tags: [String: String] = [:]
        for line in String(decoding: output.bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if let name = words.first, words.count > 1, let target = words.last { tags[String(name)] = String(target) }
        }
        return tags
    }

    func tag(_ commit: Commit, as tag: ReleaseName, of name: EnvironmentName, for uid: UInt32) throws(StoreError) {
        let git = try repository(name, for: uid)
        try attempt("name the release “\(tag)”") {
            if let target = try tags(in: git)[tag.description] {
                if commit.isMeant(by: target) { return }
                throw StoreError(.conflict, "“\(name)” has a release “\(tag)” already. A release stays what it is; choose another name.")
            }
            try check(git.run(["update-ref", tag.reference, commit.id, String(repeating: "0", count: 40)]))
        }
    }

    func untag(_ tag: ReleaseName, of name: EnvironmentName, for uid: UInt32) throws(StoreError) {
        let git = try repository(name, for: uid)
        try attempt("take the name “\(tag)” away") {
            guard try tags(in: git)[tag.description] != nil else {
                throw StoreError(.notFound, "“\(name)” has no release “\(tag)”.")
            }
            try check(git.run(["update-ref", "-d", tag.reference]))
        }
    }
}
