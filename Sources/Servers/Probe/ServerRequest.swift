import LauncherProtocol

/// A request of the gateway's own to a server.
enum ServerRequest {
    /// `GET` of a path below the server's own, as its owner.
    static func bytes(for record: ServerRecord, path: String, version: String) -> [UInt8] {
        Array(
            """
            GET \(record.id.path)\(path) HTTP/\(version)\r
            Host: localhost\r
            X-Berth-Secret: \(record.secret)\r
            X-Berth-User: \(record.id.owner)\r
            X-Berth-Auth: token\r
            Connection: close\r
            \r

            """.utf8)
    }
}
