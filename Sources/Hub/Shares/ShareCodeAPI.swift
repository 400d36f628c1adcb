import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/share-codes`: codes that give whoever shows one a share, and the page that takes them.
struct ShareCodeAPI {
    let hub: HubServices
    private var shared: SharedServers { SharedServers(hub: hub) }

    private enum Bound {
        /// Of a code's life, in seconds, as JupyterHub has it.
        static let least: Double = 60, usual: Double = 86_400, most: Double = 31_536_000
    }

    func add(to router: RouterGroup<HubContext>) {
        for path in ["share-codes/:owner", "share-codes/:owner/:server"] {
            router.get(RouterPath(path), use: list)
            router.post(RouterPath(path), use: make)
            router.delete(RouterPath(path), use: remove)
        }
    }

    func addPage(to router: RouterGroup<HubContext>) {
        router.get("accept-share", use: ask)
        router.post("accept-share", use: accept)
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let (owner, server) = try await shared.readable(request, context)
        let codes = try await hub.accounts.shareCodes(of: owner, server: server)
        let page = try Page(request)
        return page.response(
            codes[page.range(of: codes.count)].map { .object(model($0, request)) }, total: codes.count, site: hub.site(request), request,
            isAlwaysPage: true)
    }

    /// `{"expires_in": 86400, "scopes": […]}`; the body may be empty. The code is shown this once.
    @Sendable private func make(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var expires_in: Double?
            var scopes: [String]?
        }
        let id = try await shared.server(request, context, "shares")
        let wanted = try await request.object(Wanted.self, "with “expires_in” and “scopes”", empty: Wanted(), isJupyters: true)
        let scopes = try shared.scopes(wanted.scopes, on: id, try hub.rights(request, context))
        let lifetime = wanted.expires_in ?? Bound.usual
        guard Bound.least...Bound.most ~= lifetime else {
            throw HubError(.badRequest, "“expires_in” is a number of seconds from \(Int(Bound.least)) to \(Int(Bound.most)).")
        }
        let (code, record) = try await hub.accounts.makeShareCode(id.name, of: id.owner, scopes: scopes, lifetime: lifetime)
        hub.trail.note(.serverShare, on: ServerPaths.suffix(id), note: "code sc_\(record.id) made: \(scopes.joined(separator: " "))")
        let path = "/hub/accept-share?code=\(code)"
        return .json(
            .object(
                model(record, request).merging([
                    "code": .string(code), "accept_url": .string(path), "full_accept_url": .string(hub.site(request) + path),
                ]) { $1 }))
    }

    /// The one named by `?id=` or `?code=`, else all of the server.
    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await shared.server(request, context, "shares")
        var one: Int?
        if let code = request.filledQuery("code") {
            guard let record = try await hub.accounts.shareCode(code) else { throw HubError(.notFound, "No matching code found") }
            one = record.id
        } else if let text = request.filledQuery("id") {
            guard text.hasPrefix("sc_"), let number = Int(text.dropFirst(3)) else {
                throw HubError(.notFound, "No code found matching id=\(text.prefix(64))")
            }
            one = number
        }
        let count = try await hub.accounts.removeShareCodes(on: id.name, of: id.owner, id: one)
        guard one == nil || count > 0 else { throw HubError(.notFound, "No matching code found") }
        hub.trail.note(.serverShare, on: ServerPaths.suffix(id), note: one.map { "code sc_\($0) taken back" } ?? "all codes taken back")
        return Response(status: .noContent)
    }

    private func model(_ code: ShareCode, _ request: Request) -> [String: JSONValue] {
        [
            "server": shared.model(ServerID(owner: code.owner, name: code.server), request),
            "scopes": .array(code.scopes.map { .string($0) }), "id": .string("sc_\(code.id)"), "created_at": JSONValue(time: code.created),
            "expires_at": JSONValue(time: code.expires), "exchange_count": .number(Double(code.exchanges)),
            "last_exchanged_at": JSONValue(time: code.lastExchange),
        ]
    }

    // MARK: The page

    @Sendable private func ask(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let code = request.filledQuery("code") ?? ""
        let record = try await record(code, for: session)
        let id = ServerID(owner: record.owner, name: record.server)
        return hub.page(
            "accept-share", title: hub.texts("sharing", "title"), request: request, context: context,
            [
                "lead": hub.texts("sharing", "lead", ["server": ServerPaths.suffix(id), "owner": id.owner]), "code": code,
                "next": request.filledQuery("next") ?? "",
            ])
    }

    @Sendable private func accept(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let record = try await record(form["code"] ?? "", for: session)
        _ = try await hub.accounts.exchange(record, for: session.account)
        let id = ServerID(owner: record.owner, name: record.server)
        hub.trail.note(.serverShare, on: ServerPaths.suffix(id), note: "with \(session.account), by the code sc_\(record.id)")
        return .seeOther(NextPath(form["next"])?.text ?? id.path)
    }

    private func record(_ code: String, for session: Session) async throws -> ShareCode {
        guard hub.configuration.hub.sharing else { throw HubError(.forbidden, text: hub.texts("sharing", "off")) }
        guard let record = try await hub.accounts.shareCode(code) else { throw HubError(.notFound, text: hub.texts("sharing", "unknown")) }
        guard record.owner != session.account else { throw HubError(.forbidden, text: hub.texts("sharing", "own")) }
        return record
    }
}
