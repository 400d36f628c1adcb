import Foundation
import Synchronization
import UnixSockets

/// As much of a browser as the hub's promises need: cookies with their rules, forms, and no redirects of its own.
final class Browser: @unchecked Sendable {  // used by one test at a time
    private let socket: String
    private(set) var cookies: [String: String] = [:]
    /// The mark of the session's forms.
    var csrf = ""
    /// What a request says of where it comes from.
    var fetchSite: String? = "same-origin"

    init(socket: String) { self.socket = socket }

    func setCookie(_ name: String, _ value: String) { cookies[name] = value }

    struct Answer: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: String

        func header(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }
        var setCookies: [String] { headers.filter { $0.name == "set-cookie" }.map(\.value) }
        var location: String? { header("location") }
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:] }

        /// The value of a hidden field.
        func field(_ name: String) -> String? {
            guard let start = body.range(of: "name=\"\(name)\" value=\"") else { return nil }
            return String(body[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    func get(
        _ path: String, _ headers: [String: String] = ["Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]
    ) async throws -> Answer {
        try await send("GET", path, headers, "")
    }

    func post(_ path: String, _ fields: [String: String], _ headers: [String: String] = [:]) async throws -> Answer {
        let allowed = CharacterSet.alphanumerics
        let body = fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }.joined(separator: "&")
        return try await send("POST", path, ["Content-Type": "application/x-www-form-urlencoded"].merging(headers) { $1 }, body)
    }

    func send(_ method: String, _ path: String, _ headers: [String: String], _ body: String) async throws -> Answer {
        var lines = [
            "\(method) \(path) HTTP/1.1", "Host: hub.example.org", "Connection: close", "X-Forwarded-For: 192.0.2.7",
            "X-Forwarded-Proto: https",
        ]
        if !cookies.isEmpty { lines.append("Cookie: " + cookies.map { "\($0)=\($1)" }.joined(separator: "; ")) }
        if let fetchSite, headers["Sec-Fetch-Site"] == nil { lines.append("Sec-Fetch-Site: \(fetchSite)") }
        lines += headers.map { "\($0): \($1)" }
        if !body.isEmpty || method != "GET" { lines.append("Content-Length: \(body.utf8.count)") }
        let bytes = try await exchange(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        let answer = try Self.parse(bytes)
        for cookie in answer.setCookies {
            let parts = cookie.split(separator: ";")[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(parts[0])] = cookie.contains("Max-Age=0") ? nil : String(parts[1])
        }
        return answer
    }

    /// One connection, from the first byte to the last, on a thread of its own.
    private func exchange(_ request: String) async throws -> [UInt8] {
        let socket = socket
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    let descriptor = try connectToUnixSocket(at: socket)
                    defer { close(descriptor) }
                    let bytes = Array(request.utf8)
                    _ = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
                    var all: [UInt8] = []
                    var chunk = [UInt8](repeating: 0, count: 1 << 16)
                    while true {
                        let count = read(descriptor, &chunk, chunk.count)
                        guard count > 0 else { break }
                        all += chunk[..<count]
                    }
                    continuation.resume(returning: all)
                } catch { continuation.resume(throwing: error) }
            }
        }
    }

    private struct NotHTTP: Error {}

    private static func parse(_ bytes: [UInt8]) throws -> Answer {
        let data = Data(bytes)
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { throw NotHTTP() }
        var lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = Int(lines.removeFirst().split(separator: " ")[1]) else { throw NotHTTP() }
        let headers = lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: parts[0].lowercased(), value: parts[1].trimmingCharacters(in: .whitespaces))
        }
        var body = Data(data[end.upperBound...])
        if headers.contains(where: { $0.name == "transfer-encoding" && $0.value == "chunked" }) {
            var whole = Data()
            while let line = body.range(of: Data("\r\n".utf8)),
                let size = Int(String(decoding: body[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
            {
                whole += body[line.upperBound..<line.upperBound + size]
                body = Data(body[(line.upperBound + size + 2)...])
            }
            body = whole
        }
        return Answer(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }
}
