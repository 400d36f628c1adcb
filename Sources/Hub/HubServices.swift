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
    var texts: TextCatalog { catalogs[Language.current] ?? english }
    let assets: StaticAssets
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
    /// The description of the whole API.
    let openAPI: Response
    private let templates: Templates
    private let english: TextCatalog
    private let catalogs: [Language: TextCatalog]
    private let addresses: [String: String]

    init(
        configuration: BerthConfiguration, accounts: Accounts, servers: Servers, launcher: any LauncherCalling, logger: Logger,
        trail: Trail, lookUpstream: (@Sendable () -> Void)?, shutDown: @escaping @Sendable () -> Void
    ) throws {
        self.shutDown = shutDown
        self.configuration = configuration
        self.accounts = accounts
        self.servers = servers
        self.launcher = launcher
        self.logger = logger
        self.trail = trail
        self.lookUpstream = lookUpstream
        cookies = HubCookies(configuration.gateway)
        builds = Builds(launcher: launcher)
        checks = CheckRuns(launcher: launcher)
        elsewhere = Elsewhere(launcher: launcher, builds: builds, trail: trail)
        pulls = Pulls(launcher: launcher)
        roles = try Roles(configuration)
        services = try Services(configuration.services)
        people = People(
            accounts: accounts, servers: servers, launcher: launcher, roles: roles, trail: trail,
            site: configuration.gateway.publicURL)
        groups = Groups(accounts: accounts, trail: trail)
        homeFindings = HomeFindings(launcher: launcher)
        do {
            func catalog(_ language: Language) throws -> TextCatalog {
                try TextCatalog(path: "\(configuration.staticFiles)/text/\(language.rawValue).json")
            }
            english = try catalog(.english)
            catalogs = Dictionary(uniqueKeysWithValues: try Language.allCases.map { ($0, try catalog($0)) })
            templates = try Templates(directory: configuration.staticFiles + "/templates")
            assets = try StaticAssets(directory: configuration.staticFiles)
            openAPI = .json(try OpenAPI.document(in: configuration.staticFiles + "/openapi"))
        } catch {
            throw StaticFilesError(directory: configuration.staticFiles, reason: "\(error)")
        }
        addresses = assets.addresses
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
        guard let html = templates.render(template, all) else {
            logger.error("There is no template “\(template)” in \(configuration.staticFiles)/templates.")
            return Response(status: .internalServerError)
        }
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}

/// The pages' files are not usable.
struct StaticFilesError: Error, CustomStringConvertible {
    let directory: String
    let reason: String

    var description: String {
        "The pages' templates, texts and styles in \(directory) can't be read: \(reason). Set “static” in berth.yaml to where they lie."
    }
}

extension Response {
    /// Sends the browser on with GET.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}
