import Accounts
import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Logging
import Servers

/// What all routes share.
final class HubServices: Sendable {
    let configuration: BerthConfiguration
    let accounts: Accounts
    let servers: Servers
    let launcher: any LauncherCalling
    let logger: Logger
    let cookies: HubCookies
    /// The texts in the language of the present request.
    var texts: TextCatalog { files.texts }
    let files: StaticFiles
    let conversations = LoginConversations()
    let builds: Builds
    let checks: CheckRuns
    let elsewhere: Elsewhere
    let pulls: Pulls
    let homeFindings: HomeFindings
    let notices = Notices()
    let trail: Trail
    let people: People
    let groups: Groups
    let roles: Roles
    let services: Services
    let codes = AuthorizationCodes()
    /// Looks for newer images and packages now; nil where nobody looks.
    let lookUpstream: (@Sendable () -> Void)?
    let shutDown: @Sendable () -> Void
    private let addresses: [String: String]

    init(
        configuration: BerthConfiguration, files: StaticFiles, accounts: Accounts, servers: Servers, launcher: any LauncherCalling,
        logger: Logger, trail: Trail, lookUpstream: (@Sendable () -> Void)?, shutDown: @escaping @Sendable () -> Void
    ) throws {
        self.shutDown = shutDown
        self.configuration = configuration
        self.files = files
        self.accounts = accounts
        self.servers = servers
        self.launcher = launcher
        self.logger = logger
        self.trail = trail
        self.lookUpstream = lookUpstream
        cookies = HubCookies(configuration.gateway)
        builds = Builds(launcher: launcher)
        checks = CheckRuns(launcher: launcher)
        elsewhere = Elsewhere(launcher: launcher, builds: builds, trail: trail, lookUpstream: lookUpstream)
        pulls = Pulls(launcher: launcher)
        roles = try Roles(configuration)
        services = try Services(configuration.services)
        people = People(
            accounts: accounts, servers: servers, launcher: launcher, roles: roles, trail: trail,
            site: configuration.gateway.publicURL)
        groups = Groups(accounts: accounts, trail: trail)
        homeFindings = HomeFindings(launcher: launcher)
        addresses = files.assets.addresses
    }

    /// Scheme, host and port as browsers see them.
    func site(_ request: Request) -> String { configuration.gateway.publicURL ?? request.siteAsSeen }

    /// Renders a page with what every page needs beside `values`.
    func page(
        _ template: String, title: String, request: Request, context: HubContext, status: HTTPResponse.Status = .ok,
        _ values: [String: Any] = [:]
    ) -> Response {
        var all: [String: Any] = [
            "t": texts.sections, "asset": addresses, "title": title, "loggedIn": context.identity != nil,
            "showsGPUs": offersGPUs,
            "account": context.identity?.account ?? "", "here": [template: true], "isAdministrator": context.isAdministrator,
            "language": Language.current.rawValue,
            "languages": Language.allCases.filter { $0 != .current }.map { language in
                [
                    "tag": language.rawValue, "name": language.name,
                    "path": "/hub/language?to=\(language.rawValue)&next="
                        + (request.method == .get ? request.uri.string : "/hub/home").percentEncodedWhole,
                ] as [String: Any]
            },
        ]
        if let session = context.identity?.session {
            all["csrf"] = session.csrf
            all["notices"] = notices.take(session: session.id)
            // The home page says so at each server.
            if template != "home" {
                all["endings"] = servers.statuses(of: session.account).filter { $0.ending != nil }.map { ServerView(texts, $0).values }
            }
            all["visitors"] = openingViews(of: session.account).filter { $0["isLive"] as? Bool == true }
            all["announcements"] = accounts.announcements.map { AnnouncementView(texts, $0).values }
        }
        all.merge(values) { $1 }
        guard let html = files.templates.render(template, all) else {
            logger.error("There is no template “\(template)” in \(configuration.staticFiles)/templates.")
            return Response(status: .internalServerError)
        }
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}

extension Response {
    /// Sends the browser on with GET.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}
