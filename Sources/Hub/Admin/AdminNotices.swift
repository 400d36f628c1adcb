import Accounts
import Foundation
import HTTPTypes
import Hummingbird

/// `/hub/admin/notices` and `/hub/api/notices`: what everybody is told.
struct AdminNotices {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/notices", use: show)
        router.post("admin/notices", use: tell)
        router.post("admin/notices/withdraw", use: withdraw)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("notices", use: list)
        router.post("notices", use: add)
        router.delete("notices/:notice", use: remove)
    }

    // MARK: Pages

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        return hub.adminPage(
            "admin-notices", "notices", request, context,
            [
                "told": hub.accounts.announcements.map { AnnouncementView(hub.texts, $0).values },
                "levels": Announcement.Level.allCases.map { ["level": $0.rawValue, "text": hub.texts("notices", $0.rawValue)] },
                "lifetimes": Self.lifetimes.map { ["hours": "\($0.hours)", "text": hub.texts("admin", $0.key)] as [String: Any] },
            ])
    }

    private static let lifetimes: [(key: String, hours: Int)] = [("day", 24), ("week", 168), ("always", 0)]

    /// A moment in `until`, as browsers send it, counts before the `hours`.
    @Sendable private func tell(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        let hours = Self.lifetimes.first { "\($0.hours)" == form["hours"] }?.hours ?? 0
        var until = hours > 0 ? Date().timeIntervalSince1970 + Double(hours) * 3600 : nil
        if let moment = form.filled("until") {
            guard let date = try? Date("\(moment.prefix(16)):00Z", strategy: .iso8601) else {
                throw HubError(.badRequest, "“\(moment.prefix(40))” is no date with a time.")
            }
            until = date.timeIntervalSince1970
        }
        try await hub.announce(
            form["text"] ?? "", level: form.filled("level").flatMap(Announcement.Level.init(rawValue:)) ?? .info,
            by: context.identity?.account ?? "", until: until)
        return .seeOther("/hub/admin/notices")
    }

    @Sendable private func withdraw(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        _ = try await hub.withdrawAnnouncement(form["id"].flatMap { Int($0) } ?? 0)
        return .seeOther("/hub/admin/notices")
    }

    // MARK: API

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.caller(request, context)
        return .json(.array(hub.accounts.announcements.map(Models.notice)))
    }

    /// `{"text": "…", "level": "warning", "expires_in": 3600}`.
    @Sendable private func add(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var text: String
            var level: Announcement.Level?
            var expires_in: Double?
        }
        let rights = try hub.rights(request, context)
        try rights.require("admin-ui", on: .hub)
        let wanted = try await request.object(
            Wanted.self, "with “text”, and optionally “level”: info, warning or danger, and “expires_in” in seconds")
        guard wanted.expires_in.map({ $0 > 0 }) ?? true else {
            throw HubError(.badRequest, "“expires_in” is a number of seconds above 0.")
        }
        try await hub.announce(
            wanted.text, level: wanted.level ?? .info, by: rights.account,
            until: wanted.expires_in.map { Date().timeIntervalSince1970 + $0 })
        return .json(.array(hub.accounts.announcements.map(Models.notice)), status: .created)
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        guard let id = Int(try context.segment("notice")), try await hub.withdrawAnnouncement(id) else { throw HubError.notFound }
        return Response(status: .noContent)
    }
}

/// What a page shows of one.
struct AnnouncementView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ notice: Announcement) {
        values = [
            "id": notice.id, "text": notice.text, "level": notice.level.rawValue, "author": notice.author,
            "word": notice.level == .info ? "" : texts("notices", notice.level.rawValue + "Word"),
            "levelText": texts("notices", notice.level.rawValue), "made": Format.moment(notice.made),
            "madeAt": Format.machine(notice.made), "until": notice.until.map(Format.moment) ?? "",
            "untilAt": notice.until.map(Format.machine) ?? "",
        ]
    }
}

extension Models {
    static func notice(_ notice: Announcement) -> JSONValue {
        [
            "id": .number(Double(notice.id)), "text": .string(notice.text), "level": .string(notice.level.rawValue),
            "author": .string(notice.author), "created": JSONValue(time: notice.made), "expires_at": JSONValue(time: notice.until),
        ]
    }
}

extension HubServices {
    /// Tells everybody something, until `until` in seconds since 1970 or until it is taken back.
    func announce(_ text: String, level: Announcement.Level, by author: String, until: Double?) async throws {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw HubError(.badRequest, "There was nothing in it to tell.") }
        guard until.map({ $0 > Date().timeIntervalSince1970 }) ?? true else {
            throw HubError(.badRequest, "That moment has passed: nobody would see it.")
        }
        try await accounts.announce(text, level: level, by: author, until: until)
        trail.note(.noticeTold, note: text)
    }

    /// False where there is no such thing.
    func withdrawAnnouncement(_ id: Int) async throws -> Bool {
        guard try await accounts.withdrawAnnouncement(id) else { return false }
        trail.note(.noticeWithdrawn, on: "\(id)")
        return true
    }
}
