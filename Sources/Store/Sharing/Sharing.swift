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

    /// Sets or takes back one assignment. Of defaults and mandatory ones for the same people the last one counts.
    func set(_ assignment: EnvironmentAssignment, isTakenBack: Bool) throws(StoreError) -> [EnvironmentAssignment] {
        var all = try assignments().filter { $0.environment != assignment.environment || $0.to != assignment.to }
        if !isTakenBack {
            if assignment.isDefault || assignment.isMandatory {
                all = all.map { other in
                    guard other.to == assignment.to else { return other }
                    return EnvironmentAssignment(environment: other.environment, to: other.to, version: other.version)
                }
            }
            all.append(assignment)
        }
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

    /// Forgets an environment's grants with it.
    func forget(_ name: EnvironmentName, of uid: UInt32) { unlink(grantFile(name, uid)) }

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
