import Hummingbird
import Logging

/// Turns what was thrown into a page or, for programs, into JupyterHub's JSON.
struct ErrorResponses: RouterMiddleware {
    typealias Context = HubContext
    let hub: HubServices

    func handle(
        _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            let problem = HubError(error)
            if problem.status.kind == .serverError {
                hub.logger.error(
                    "\(request.method) \(request.uri.path): \(error)", metadata: ["request": "\(request.headers[.requestID] ?? "-")"])
            }
            var response = request.wantsJSON ? .problem(problem) : page(problem, request, context)
            if let seconds = problem.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
            return response
        }
    }

    private func page(_ problem: HubError, _ request: Request, _ context: HubContext) -> Response {
        let texts = hub.texts
        var context = context
        // What a script has asked for shows nothing of a session: its mark above all.
        if !request.isForPerson || context.identity?.session == nil {
            context.identity = nil
            context.isAdministrator = false
        }
        let key = "\(problem.status.code)"
        var values: [String: Any] = [
            "code": key, "message": texts(problem.message), "log": problem.log.joined(separator: "\n"), "hasLog": !problem.log.isEmpty,
            "hint": texts.has("errorHint", key) ? texts("errorHint", key) : "",
        ]
        values["way"] = problem.way.map { ["path": $0.path, "words": $0.words] }
        return hub.page(
            "error", title: texts.has("error", key) ? texts("error", key) : texts("error", "other"), request: request, context: context,
            status: problem.status, values)
    }
}

extension Response {
    /// JupyterHub's form of an error: `{"status": 404, "message": "…"}`.
    static func problem(_ problem: HubError) -> Response {
        var value: [String: JSONValue] = ["status": .number(Double(problem.status.code)), "message": .string(problem.message.english)]
        if !problem.log.isEmpty { value["log"] = .array(problem.log.map { .string($0) }) }
        if !problem.places.isEmpty { value["places"] = .array(problem.places.map { $0.json(.english) }) }
        value.merge(problem.obstacle?.json ?? [:]) { $1 }
        return .json(.object(value), status: problem.status)
    }
}
