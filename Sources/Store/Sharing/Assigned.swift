import LauncherProtocol

/// What administrators have given to one person, and what follows for their servers: a value.
///
/// Where several assignments speak of the same, the nearest counts: by name before a group before everybody.
/// Environments go by the names that assignments have for them: `OWNER/NAME`.
public struct Assigned: Sendable, Equatable {
    /// The nearest first.
    private let assignments: [EnvironmentAssignment]

    init(_ all: [EnvironmentAssignment], to person: Sharing.Person) {
        let own = all.filter { person.isMeant(by: $0.to) }
        let isForEverybody = { (assignment: EnvironmentAssignment) in assignment.to == "*" }
        let isForGroup = { (assignment: EnvironmentAssignment) in assignment.to.hasPrefix("@") }
        assignments =
            own.filter { !isForGroup($0) && !isForEverybody($0) } + own.filter(isForGroup) + own.filter(isForEverybody)
    }

    /// Each once: those that servers may start with, where administrators demand some.
    public var environments: [String] {
        var found: [String] = []
        for assignment in assignments where isFree || assignment.isMandatory {
            if !found.contains(assignment.environment) { found.append(assignment.environment) }
        }
        return found
    }

    /// Whether the person may start servers with others too, or with none.
    public var isFree: Bool { !assignments.contains(where: \.isMandatory) }

    /// Whether servers may start with this environment, as far as administrators are concerned.
    public func admits(_ environment: String) -> Bool { isFree || environments.contains(environment) }

    /// What a server starts with though nobody chose an environment; nil where that is the person's affair.
    public var demanded: String? {
        let mandatory = assignments.filter(\.isMandatory)
        return (mandatory.first(where: \.isDefault) ?? mandatory.first)?.environment
    }

    /// What is offered first, and what servers start with where nobody can be asked.
    public var preferred: String? { demanded ?? assignments.first(where: \.isDefault)?.environment }

    /// The version that servers get of an environment; nil for the newest.
    public func version(of environment: String) -> String? {
        assignments.first { $0.environment == environment && (isFree || $0.isMandatory) }?.version
    }
}
