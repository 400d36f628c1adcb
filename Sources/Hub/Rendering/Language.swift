import Hummingbird

/// The languages that the pages speak.
enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case chinese = "zh"

    /// The language of the present request.
    @TaskLocal static var current = Language.english

    /// Its own name for itself.
    var name: String {
        switch self {
        case .english: "English"
        case .chinese: "中文"
        }
    }

    /// What a person chose, else what their browser prefers (RFC 9110, 12.5.4), else English.
    init(chosen: String?, accepted: String?) {
        if let chosen = chosen.flatMap(Language.init(rawValue:)) {
            self = chosen
            return
        }
        var best: (language: Language, weight: Double)?
        for range in accepted?.split(separator: ",") ?? [] {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let tag = parts.first?.split(separator: "-").first.map(String.init), let language = Language(rawValue: tag) else {
                continue
            }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .english
    }
}

/// Finds out which language a request is answered in.
struct ChooseLanguage: RouterMiddleware {
    typealias Context = HubContext

    static let cookie = "berth-language"

    func handle(
        _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        let chosen = HubCookies.value(of: Self.cookie, in: request.headers)
        let language = Language(chosen: chosen, accepted: request.headers[.acceptLanguage])
        return try await Language.$current.withValue(language) { try await next(request, context) }
    }
}

/// `/hub/language`: keeps a person's choice.
struct LanguageRoutes {
    let hub: HubServices

    private enum Bound {
        static let lifetime: Double = 365 * 86_400
    }

    func add(to router: RouterGroup<HubContext>) {
        router.get("language") { request, _ in
            var response = Response.seeOther(NextPath(request.query("next"))?.text ?? "/hub/home")
            if let language = request.query("to").flatMap(Language.init(rawValue:)) {
                response.headers[.setCookie] = hub.cookies.set(ChooseLanguage.cookie, language.rawValue, lifetime: Bound.lifetime)
            }
            return response
        }
    }
}
