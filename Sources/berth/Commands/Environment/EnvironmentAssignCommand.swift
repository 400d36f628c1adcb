import ArgumentParser
import LauncherProtocol

/// `berth env assign OWNER/NAME --to WHO`: for administrators.
struct EnvironmentAssignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Give an environment to people and groups, or show what is given. For administrators.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "OWNER/NAME; without it, all assignments are shown.")
    var environment: String?

    @Option(help: "An account, @GROUP, or * for everybody.")
    var to = "*"

    @Option(help: "Always this version, or at least its first four digits; otherwise the newest.")
    var version: String?

    @Flag(name: .customLong("default"), help: "Servers start with it where nothing else was chosen.")
    var isDefault = false

    @Flag(name: .customLong("mandatory"), help: "It is the only choice.")
    var isMandatory = false

    @Flag(help: "Take the assignment back.")
    var remove = false

    func run() async throws {
        do {
            let launcher = try options.launcher(), account = try options.account()
            let assignments: [EnvironmentAssignment]
            if let environment {
                let assignment = EnvironmentAssignment(
                    environment: environment, to: to, version: version, isDefault: isDefault, isMandatory: isMandatory)
                assignments = try await launcher.call(
                    AssignEnvironment(account: account, assignment: assignment, isTakenBack: remove))
            } else {
                assignments = try await launcher.call(ListAssignments(account: account))
            }
            for assignment in assignments {
                let marks = [
                    assignment.isDefault ? "default" : nil, assignment.isMandatory ? "mandatory" : nil,
                    assignment.version.map { "version \($0.prefix(12))" },
                ].compactMap { $0 }
                print("\(assignment.environment)\t\(assignment.to)\t\(marks.joined(separator: ", "))")
            }
        } catch { throw fail(error) }
    }
}
