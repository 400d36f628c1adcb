import Environments
import Foundation
import Glibc
import LauncherProtocol

/// Who may do what with whose environments: grants of owners and assignments of administrators, each a
/// small file beside the repositories. Blocks; call it off the concurrency pool.
struct Sharing: Sendable {
    let layout: StoreLayout

    /// A person, as rights are given to them.
    struct Person: Sendable {
        let name: String
        let uid: UInt32
        let groups: Set<String>

        /// Whether `to` — a name, `@group` or `*` — means them.
        func isMeant(by to: String) -> Bool {
            to == "*" || (to.hasPrefix("@") ? groups.contains(String(to.dropFirst())) : to == name)
        }
    }

    /// Whom the environment is shared with, by name.
    func grants(of name: EnvironmentName, for uid: UInt32) throws(StoreError) -> [EnvironmentGrant] {
        try read([EnvironmentGrant].self, grantFile(name, uid)) ?? []
    }

    /// Sets, changes or takes back one grant.
    func set(_ right: EnvironmentRight?, to: String, on name: EnvironmentName, of uid: UInt32) throws(StoreError) -> [EnvironmentGrant] {
        var grants = try grants(of: name, for: uid).filter { $0.to != to }
        if let right { grants.append(EnvironmentGrant(to: to, right: right)) }
        grants.sort { $0.to < $1.to }
        try write(grants, to: grantFile(name, uid))
        return grants
    }

    /// All assignments, by environment and by whom they are for.
    func assignments() throws(StoreError) -> [EnvironmentAssignment] {
        try read([EnvironmentAssignment].self, assignmentFile) ?? []
    }

    /// The versions that assignments name, in lower case, by the environment's name without its owner's: whoever
    /// asks what must stay keeps a build too many rather than one too few.
    func assignedVersions() throws(StoreError) -> [String: Set<String>] {
        var versions: [String: Set<String>] = [:]
        for assignment in try assignments() {
            guard let version = assignment.version, let name = assignment.environment.split(separator: "/").last else { continue }
            versions[String(name), default: []].insert(version.lowercased())
        }
        return versions
    }

    /// Sets one assignment. Of defaults and mandatory ones for the same people the last one counts.
    func set(_ assignment: EnvironmentAssignment) throws(StoreError) -> [EnvironmentAssignment] {
        try change { all in
            all.removeAll { $0.environment == assignment.environment && $0.to == assignment.to }
            if assignment.isDefault || assignment.isMandatory {
                all = all.map { other in
                    guard other.to == assignment.to else { return other }
                    return EnvironmentAssignment(environment: other.environment, to: other.to, version: other.version)
                }
            }
            all.append(assignment)
        }
    }

    /// Takes one assignment back.
    func takeBack(_ environment: String, from to: String) throws(StoreError) -> [EnvironmentAssignment] {
        try change { all in all.removeAll { $0.environment == environment && $0.to == to } }
    }

    private func change(_ edit: (inout [EnvironmentAssignment]) -> Void) throws(StoreError) -> [EnvironmentAssignment] {
        var all = try assignments()
        edit(&all)
        all.sort { ($0.environment, $0.to) < ($1.environment, $1.to) }
        try write(all, to: assignmentFile)
        return all
    }

    /// The most that somebody may do with an environment; nil for nothing.
    /// - Parameter reference: the environment as assignments name it: `OWNER/NAME`.
    func right(
        of person: Person, on name: EnvironmentName, owner uid: UInt32, reference: String
    ) throws(StoreError) -> EnvironmentRight? {
        if person.uid == uid { return .admin }
        var rights = try grants(of: name, for: uid).filter { person.isMeant(by: $0.to) }.map(\.right)
        if try assignments().contains(where: { $0.environment == reference && person.isMeant(by: $0.to) }) { rights.append(.use) }
        return rights.max()
    }

    /// Refuses the end of an environment that administrators demand of somebody.
    /// - Parameter reference: the environment as assignments name it: `OWNER/NAME`.
    func checkRemoval(of reference: String) throws(StoreError) {
        let bound = try assignments().filter { $0.environment == reference && $0.isMandatory }.map { "“\($0.to)”" }
        guard bound.isEmpty else {
            throw StoreError(
                .conflict,
                "“\(reference)” can't be removed: an administrator has decided that servers of \(bound.joined(separator: ", ")) start with it alone. That has to be taken back first."
            )
        }
    }

    /// Forgets an environment's grants and assignments with it, so that a later one of that name is nobody's but its owner's.
    /// - Parameter reference: the environment as assignments name it: `OWNER/NAME`.
    func forget(_ name: EnvironmentName, of uid: UInt32, reference: String) throws(StoreError) {
        unlink(grantFile(name, uid))
        guard try assignments().contains(where: { $0.environment == reference }) else { return }
        _ = try change { all in all.removeAll { $0.environment == reference } }
    }

    private func grantFile(_ name: EnvironmentName, _ uid: UInt32) -> String { "\(layout.repositories)/\(uid)/\(name).grants.json" }
    private var assignmentFile: String { layout.repositories + "/assignments.json" }

    private func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws(StoreError) -> Value? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            // Nobody gets a right from a file that can't be read.
            throw StoreError(
                .unavailable, "The rights of environments can't be read. An administrator can look into \(path).", log: ["\(error)"])
        }
    }

    private func write(_ value: some Encodable, to path: String) throws(StoreError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try writeWhole(try encoder.encode(value), to: path)
        } catch {
            throw StoreError.from(error, doing: "write the rights down", layout: layout)
        }
    }
}
