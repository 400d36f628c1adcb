import Foundation
import LauncherProtocol

/// The one request that finds out whether Jupyter serves, and what its answer means.
/// `GET api` needs no rights and tells Jupyter's version (Jupyter Server's REST API).
struct ReadinessExchange {
    let request: [UInt8]
    private let path: String

    init(record: ServerRecord) {
        path = record.id.path + "api"
        request = ServerRequest.bytes(for: record, path: "api", version: "1.1")
    }

    /// What the bytes so far mean; nil while the status line is not whole.
    func judge(_ answer: [UInt8]) -> ReadinessProbe.Outcome? {
        guard let end = answer.firstIndex(of: UInt8(ascii: "\n")) else {
            return answer.count > 4096 ? .silent("What answers there does not speak HTTP.") : nil
        }
        let words = String(decoding: answer[..<end], as: UTF8.self).split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1].prefix(3)) else {
            return .silent("What answers there does not speak HTTP.")
        }
        guard 200..<300 ~= status else {
            return .silent("JupyterLab answered “\(status)” to \(path). Its configuration in the home directory may contradict Berth's.")
        }
        return .answered
    }
}

extension ServerID {
    /// The path of the server on the site: `/user/NAME/` or `/user/NAME/SERVER/`.
    public var path: String {
        let segments = name.isEmpty ? [owner] : [owner, name]
        return "/user/" + segments.map { $0.addingPercentEncoding(withAllowedCharacters: .unreservedInPath) ?? $0 }.joined(separator: "/")
            + "/"
    }
}

extension CharacterSet {
    /// `unreserved` and `@` (RFC 3986, 3.3): what an account name may show unescaped in a path.
    fileprivate static let unreservedInPath = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@")
}
