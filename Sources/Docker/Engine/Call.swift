import Curl
import Foundation

/// One request to the engine, before the API version stands in front of its path.
struct Call: CustomStringConvertible {
    var method = "GET"
    /// Percent-encoded one by one.
    var path: [String]
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    /// Nil for answers that take as long as they take.
    var timeout: Duration? = .seconds(120)
    /// What a 404 means here, in place of the engine's words.
    var missing: DockerError?

    /// A call with a JSON body.
    static func post(_ path: [String], query: [(name: String, value: String)] = [], json: some Encodable) throws(DockerError) -> Call {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(json) else { throw .unreadable(what: "our own request to " + path.joined(separator: "/")) }
        return Call(method: "POST", path: path, query: query, body: Array(body))
    }

    var description: String { "\(method) /\(path.joined(separator: "/"))" }

    func request(socket: String, prefix: String) -> Request {
        var url = "http://engine\(prefix)/" + path.map(\.percentEncoded).joined(separator: "/")
        if !query.isEmpty {
            url += "?" + query.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
        }
        var request = Request(url, method: method)
        request.socket = socket
        request.timeout = timeout
        request.headers = headers
        if let body {
            request.body = body
            request.headers.append(("Content-Type", "application/json"))
        }
        return request
    }

    /// The error that an unsuccessful answer stands for.
    func error(status: Int, body: [UInt8]) -> DockerError {
        struct Message: Decodable { let message: String }
        let text = (try? JSONDecoder().decode(Message.self, from: Data(body)))?.message ?? String(decoding: body.prefix(500), as: UTF8.self)
        switch status {
        case 404: return missing ?? .notFound(text)
        case 409: return .conflict(text)
        default: return .failed(status: status, message: text)
        }
    }
}

/// `filters=` of the list and event calls: what to match by kind, as the engine's JSON.
struct Filters {
    let values: [String: [String]]

    var parameter: (name: String, value: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = (try? encoder.encode(values)).map { String(decoding: $0, as: UTF8.self) }
        return ("filters", json ?? "{}")
    }
}

extension String {
    /// RFC 3986, section 2.3: everything but the unreserved characters is encoded.
    fileprivate var percentEncoded: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
