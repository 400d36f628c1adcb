import Audit
import Hummingbird

/// Lets everything that a request brings about know who is behind it.
struct Origins: RouterMiddleware {
    typealias Context = HubContext

    func handle(
        _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        let origin = AuditOrigin(
            who: context.identity?.account, address: request.clientAddress, session: context.identity?.session?.id)
        return try await AuditOrigin.$current.withValue(origin) { try await next(request, context) }
    }
}
