import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/environments/NAME/grants` and `/hub/api/assignments`. Rights are the launcher's to judge.
struct SharingAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("environments/:environment/grants", use: grants)
        router.post("environments/:environment/grants", use: share)
        router.get("assignments", use: assignments)
        router.post("assignments", use: assign)
    }

    @Sendable private func grants(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let grants = try await hub.launcher.call(ListGrants(account: account, environment: try context.segment("environment")))
        return .json(.array(grants.map(Self.json)))
    }

    /// `{"to": "bob", "right": "use"}`; `"right": null` takes it back.
    @Sendable private func share(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var to: String
            var right: EnvironmentRight?

            enum CodingKeys: CodingKey { case to, right }

            /// “right” has to be there: what is forgotten must not take a share back.
            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: CodingKeys.self)
                to = try values.decode(String.self, forKey: .to)
                right = try values.decodeNil(forKey: .right) ? nil : values.decode(EnvironmentRight.self, forKey: .right)
            }
        }
        let account = try hub.caller(request, context).account
        let wanted = try await request.object(Wanted.self, "with “to” and “right”: use, edit, admin, or null, which takes the share back")
        let grants = try await hub.launcher.call(
            ShareEnvironment(account: account, environment: try context.segment("environment"), to: wanted.to, right: wanted.right))
        return .json(.array(grants.map(Self.json)))
    }

    @Sendable private func assignments(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        return .json(.array(try await hub.launcher.call(ListAssignments(account: account)).map(Self.json)))
    }

    /// `{"environment": "alice/team", "to": "@lab", "version": null, "default": true, "mandatory": false, "remove": false}`.
    @Sendable private func assign(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var environment: String
            var to: String?
            var version: String?
            var `default`: Bool?
            var mandatory: Bool?
            var remove: Bool?
        }
        let account = try hub.caller(request, context).account
        let wanted = try await request.object(Wanted.self, "with “environment”: OWNER/NAME, and “to”: an account, @GROUP or *")
        let assignment = EnvironmentAssignment(
            environment: wanted.environment, to: wanted.to ?? "*", version: wanted.version, isDefault: wanted.default ?? false,
            isMandatory: wanted.mandatory ?? false)
        let all = try await hub.launcher.call(
            AssignEnvironment(account: account, assignment: assignment, isTakenBack: wanted.remove ?? false))
        return .json(.array(all.map(Self.json)))
    }

    private static func json(_ grant: EnvironmentGrant) -> JSONValue { ["to": .string(grant.to), "right": .string(grant.right.rawValue)] }

    private static func json(_ assignment: EnvironmentAssignment) -> JSONValue {
        [
            "environment": .string(assignment.environment), "to": .string(assignment.to), "version": JSONValue(assignment.version),
            "default": .bool(assignment.isDefault), "mandatory": .bool(assignment.isMandatory),
        ]
    }
}
