import Foundation
import Hummingbird
import TLS

/// Style sheets, scripts and pictures, held in memory. Their addresses carry a hash of the
/// content, so browsers keep them for good and still see every change at once.
struct StaticAssets: Sendable {
    private struct Asset {
        let content: ByteBuffer
        let type: String
        let hash: String
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    ]
    private let assets: [String: Asset]

    /// Reads the folders `css`, `js` and `img` in `directory`.
    init(directory: String) throws {
        var assets: [String: Asset] = [:]
        for folder in ["css", "js", "img"] {
            for file in try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)") {
                guard let type = Self.types[String(file.split(separator: ".").last ?? "")] else { continue }
                let bytes = try Data(contentsOf: URL(filePath: "\(directory)/\(folder)/\(file)"))
                assets["\(folder)/\(file)"] = Asset(
                    content: ByteBuffer(bytes: bytes), type: type, hash: String(Digest(sha256: bytes).description.prefix(16)))
            }
        }
        self.assets = assets
    }

    /// The addresses for templates: the file's name without dots → its address with the hash.
    var addresses: [String: String] {
        var addresses: [String: String] = [:]
        for (path, asset) in assets {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            addresses[file.replacing(".", with: "_").replacing("-", with: "_")] = "/hub/static/\(path)?v=\(asset.hash)"
        }
        return addresses
    }

    func response(to request: Request, path: String) throws(HubError) -> Response {
        guard let asset = assets[path] else { throw .notFound }
        let tag = "\"\(asset.hash)\""
        let lasting = request.query("v") == asset.hash
        let headers: HTTPFields = [
            .contentType: asset.type, .eTag: tag,
            .cacheControl: lasting ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.content))
    }
}
