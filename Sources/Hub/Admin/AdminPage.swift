import Accounts
import HTTPTypes
import Hummingbird

/// What all administration pages share.
enum AdminPage {
    /// Lines on a page.
    static let size = 50

    /// Where to start in a list of `count`, as the request asks.
    static func offset(_ request: Request, count: Int) -> Int {
        min(max(request.filledQuery("offset").flatMap { Int($0) } ?? 0, 0), count)
    }

    /// What is looked for, and where to start in a list whose length is not known here.
    static func search(_ request: Request) -> (text: String, offset: Int) {
        (request.filledQuery("q") ?? "", offset(request, count: .max - size))
    }

    /// The links to the pages before and after.
    static func links(
        _ path: String, _ text: String, _ offset: Int, hasMore: Bool, page: Int = size, more: String = ""
    ) -> [String: Any] {
        func link(_ offset: Int) -> String { "\(path)?q=\(text.percentEncodedWhole)&offset=\(offset)\(more)" }
        var values: [String: Any] = [:]
        if offset > 0 { values["pageBefore"] = link(max(offset - page, 0)) }
        if hasMore { values["pageAfter"] = link(offset + page) }
        return values
    }
}

extension HubServices {
    /// The session of an administrator; anybody else is refused.
    func administrator(_ request: Request, _ context: HubContext) throws -> Session {
        let session = try visitor(request, context)
        guard context.isAdministrator else {
            throw HubError(.forbidden, text: texts("admin", "refused"))
        }
        return session
    }

    /// What an administrator filled in.
    func adminForm(_ request: Request, _ context: HubContext) async throws -> FormBody {
        _ = try administrator(request, context)
        return try await form(request, context).1
    }

    func adminPage(
        _ template: String, _ title: String, _ request: Request, _ context: HubContext, _ values: [String: Any],
        status: HTTPResponse.Status = .ok
    ) -> Response {
        page(
            template, title: texts("admin", title), request: request, context: context, status: status,
            values.merging(["area": ["admin": true, title: true] as [String: Any]]) { $1 })
    }
}
