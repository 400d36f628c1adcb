import Accounts
import Audit
import Foundation
import HTTPTypes
import Hummingbird

/// `/hub/api/audit` and `/hub/api/notices`: what administrators read and tell, for programs.
struct AdminAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("audit", use: audit)
        router.get("notices", use: notices)
        router.post("notices", use: tell)
        router.delete("notices/:notice", use: withdraw)
    }

    @Sendable private func audit(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.rights(request, context).require("admin-ui", on: .hub)
        return .json(.array(try await hub.audited(AuditSearch(request)).events.map(\.json)))
    }

    @Sendable private func notices(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.caller(request, context)
        return .json(.array(hub.accounts.announcements.map(Self.json)))
    }

    /// `{"text": "…", "expires_in": 3600}`.
    @Sendable private func tell(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var text: String
            var expires_in: Double?
        }
        let rights = try await hub.rights(request, context)
        try rights.require("admin-ui", on: .hub)
        let wanted = try await request.object(Wanted.self, "with “text”, and optionally “expires_in” in seconds")
        try await hub.announce(wanted.text, by: rights.account, lifetime: wanted.expires_in)
        return .json(.array(hub.accounts.announcements.map(Self.json)), status: .created)
    }

    @Sendable private func withdraw(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.rights(request, context).require("admin-ui", on: .hub)
        guard let id = Int(try context.segment("notice")), try await hub.accounts.withdrawAnnouncement(id) else { throw HubError.notFound }
        return Response(status: .noContent)
    }

    private static func json(_ notice: Announcement) -> JSONValue {
        [
            "id": .number(Double(notice.id)), "text": .string(notice.text), "author": .string(notice.author),
            "created": JSONValue(time: notice.made), "expires_at": JSONValue(time: notice.until),
        ]
    }
}

extension HubServices {
    /// The newest events of the audit log, what was noted a moment ago included.
    func audited(_ search: AuditSearch) async throws -> (events: [AuditEvent], hasMore: Bool) {
        guard let audit = trail.watched.audit else { return ([], false) }
        await audit.settled()
        return try await search.run(path: configuration.auditLog)
    }

    /// Tells everybody something, for `lifetime` seconds or until it is taken back.
    func announce(_ text: String, by author: String, lifetime: Double?) async throws {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw HubError(.badRequest, "There was nothing in it to tell.") }
        guard lifetime.map({ $0 > 0 }) ?? true else { throw HubError(.badRequest, "“expires_in” is a number of seconds above 0.") }
        try await accounts.announce(text, by: author, until: lifetime.map { Date().timeIntervalSince1970 + $0 })
    }
}
