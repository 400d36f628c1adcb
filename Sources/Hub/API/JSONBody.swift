import Foundation
import Hummingbird
import Phrases

extension Request {
    /// The body as a JSON object; `what` it is to have, for the error.
    ///
    /// - Parameter empty: What a request without a body stands for; nil where it must have one.
    /// - Parameter isJupyters: Whether clients of JupyterHub may send it, which know keys that Berth doesn't: those are
    ///   passed over. Elsewhere they are refused, since a key that is misspelt would be one that is left out.
    func object<Value: Decodable>(
        _ type: Value.Type, _ what: String, empty: Value? = nil, limit: Int = 64 << 10, isJupyters: Bool = false
    ) async throws -> Value {
        let body = try await body.collect(upTo: limit)
        if body.readableBytes == 0, let empty { return empty }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView)), case .object = value else {
            throw HubError(.badRequest, "The body is not a JSON object \(what).")
        }
        do throws(KeyedJSON.Fault) {
            return try KeyedJSON.decode(type, from: value, passingOverOthers: isJupyters)
        } catch {
            throw HubError(.badRequest, error.phrase(what))
        }
    }
}

extension KeyedJSON.Fault {
    fileprivate func phrase(_ what: String) -> Phrase {
        switch self {
        case .missing(let key): "The body lacks “\(key)”: it is a JSON object \(what)."
        case .wrong(let key) where key.isEmpty: "The body is not a JSON object \(what)."
        case .wrong(let key): "“\(key)” of the body is no value that it can have: it is a JSON object \(what)."
        case .unknown(let keys, let known):
            "“\(Self.list(keys))” is nothing that this body can have, and nothing was done. Known here: “\(Self.list(known))”."
        }
    }

    /// A few, short: they are the caller's own.
    private static func list(_ keys: [String]) -> String { keys.prefix(20).map { String($0.prefix(64)) }.joined(separator: "”, “") }
}
