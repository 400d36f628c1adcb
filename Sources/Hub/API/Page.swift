import HTTPTypes
import Hummingbird

/// A part of a list, as JupyterHub asks for it: `offset` and `limit`.
struct Page {
    let offset: Int
    let limit: Int

    private enum Bound {
        static let usual = 50
        static let most = 200
    }

    /// JupyterHub's form of a page, which clients ask for by name.
    static let mediaType = "application/jupyterhub-pagination+json"

    init(_ request: Request) throws(HubError) {
        func number(_ name: String, _ usual: Int, from least: Int) throws(HubError) -> Int {
            guard let text = request.filledQuery(name) else { return usual }
            guard let value = Int(text), value >= least else {
                throw HubError(.badRequest, "“\(name)” is a number from \(least) on.")
            }
            return value
        }
        offset = try number("offset", 0, from: 0)
        limit = min(try number("limit", Bound.usual, from: 1), Bound.most)
    }

    func range(of count: Int) -> Range<Int> {
        let start = min(offset, count)
        return start..<min(start + limit, count)
    }

    /// The bare list, or the page with where the next one is.
    /// - Parameter isAlwaysPage: JupyterHub gives some lists as pages to everybody who asks.
    func response(_ items: [JSONValue], total: Int, site: String, _ request: Request, isAlwaysPage: Bool = false) -> Response {
        let asksForPage = request.headers[.accept]?.contains(Self.mediaType) == true
        guard asksForPage || isAlwaysPage else { return .json(.array(items)) }
        var next: JSONValue = .null
        let following = offset + items.count
        if following < total {
            let kept = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("offset=") && !$0.hasPrefix("limit=") }
            let query = (kept.map(String.init) + ["offset=\(following)", "limit=\(limit)"]).joined(separator: "&")
            next = [
                "offset": .number(Double(following)), "limit": .number(Double(limit)),
                "url": .string("\(site)\(request.uri.path)?\(query)"),
            ]
        }
        var response = Response.json([
            "items": .array(items),
            "_pagination": [
                "offset": .number(Double(offset)), "limit": .number(Double(limit)), "total": .number(Double(total)), "next": next,
            ],
        ])
        if asksForPage { response.headers[.contentType] = Self.mediaType }
        return response
    }
}
