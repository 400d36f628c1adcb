import Foundation
import Hummingbird

extension Request {
    /// The body as a JSON object; `what` it is to have, for the error.
    /// - Parameter empty: what a request without a body stands for; nil where it must have one.
    func object<Value: Decodable>(
        _ type: Value.Type, _ what: String, empty: Value? = nil, limit: Int = 64 << 10
    ) async throws -> Value {
        let body = try await body.collect(upTo: limit)
        if body.readableBytes == 0, let empty { return empty }
        guard let value = try? JSONDecoder().decode(type, from: Data(body.readableBytesView)) else {
            throw HubError(.badRequest, "The body is not a JSON object \(what).")
        }
        return value
    }
}
