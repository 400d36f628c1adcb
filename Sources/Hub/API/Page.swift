import HTTPTypes
import Hummingbird

/// A part of a list, as JupyterHub asks for it: `offset` and `limit`.
struct Page {
    let offset: Int
    let limit: Int
    /// Whether the client knows of pages and will ask for the next one.
    private let isExpected: Bool

    /// JupyterHub's `api_page_default_limit` and `api_page_max_limit`.
    private enum Bound {
        static let usual = 50
        static let most = 200
    }

    /// JupyterHub's form of a page, which clients ask for by name.
    static let mediaType = "application/jupyterhub-pagination+json"

    /// Takes any whole number, as JupyterHub does: without its sign, and not beyond what there is.
    init(_ request: Request) throws(HubError) {
        func number(_ name: String, _ usual: Int) throws(HubError) -> Int {
            guard let text = request.filledQuery(name) else { return usual }
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                throw HubError(.badRequest, "Invalid argument type, offset and limit must be integers")
            }
            return Int(digits) ?? .max
        }
        let accepted = request.headers[values: .accept].flatMap { $0.split(separator: ",") }
        isExpected = accepted.contains { $0.trimmingCharacters(in: .whitespaces).lowercased() == Self.mediaType }
        offset = try number("offset", 0)
        // Whoever does not know of pages would take the first for the whole list.
        limit = min(max(try number("limit", isExpected ? Bound.usual : Bound.most), 1), Bound.most)
    }

    func range(of count: Int) -> Range<Int> {
        let start = min(offset, count)
        return start..<min(start + limit, count)
    }

    /// The bare list, or the page with where the next one is.
    /// - Parameter isAlwaysPage: JupyterHub gives some lists as pages to everybody who asks.
    func response(_ items: [JSONValue], total: Int, site: String, _ request: Request, isAlwaysPage: Bool = false) -> Response {
        response(.array(items), count: items.count, total: total, site: site, request, isAlwaysPage: isAlwaysPage)
    }

    /// The same of what has names: a part of it, in their order.
    func response(_ named: [String: JSONValue], site: String, _ request: Request) -> Response {
        let shown = named.sorted { $0.key < $1.key }[range(of: named.count)]
        return response(
            .object(Dictionary(shown.map { ($0.key, $0.value) }) { $1 }), count: shown.count, total: named.count, site: site, request)
    }

    private func response(
        _ items: JSONValue, count: Int, total: Int, site: String, _ request: Request, isAlwaysPage: Bool = false
    ) -> Response {
        guard isExpected || isAlwaysPage else { return .json(items) }
        var next: JSONValue = .null
        let following = min(offset, total) + count
        if following < total {
            let kept = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("offset=") && !$0.hasPrefix("limit=") }
            let query = (kept.map(String.init) + ["offset=\(following)", "limit=\(limit)"]).joined(separator: "&")
            next = [
                "offset": .number(Double(following)), "limit": .number(Double(limit)),
                "url": .string("\(site)\(request.uri.path)?\(query)"),
            ]
        }
        var response = Response.json([
            "items": items,
            "_pagination": [
                "offset": .number(Double(offset)), "limit": .number(Double(limit)), "total": .number(Double(total)), "next": next,
            ],
        ])
        if isExpected { response.headers[.contentType] = Self.mediaType }
        return response
    }
}
