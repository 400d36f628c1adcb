import Reactor

/// How a response's head changes on its way to the client.
struct ResponseRewriting {
    /// What the client is told about the connection.
    enum Connection: Equatable {
        /// HTTP/1.1 keeps it without a word.
        case keep
        /// HTTP/1.0 must be told.
        case keepAloud
        case close
        case upgrade
    }

    var connection: Connection
    /// The path that a server's cookies are held to; nil for the hub, which is trusted.
    var confinedTo: [UInt8]?
    var isSecure: Bool
    /// The whole `Strict-Transport-Security` line; empty for none.
    var hstsLine: [UInt8]

    /// Appends the head for the client; the body, its framing included, follows as it is.
    func append(_ head: ResponseHead, _ bytes: ByteView, to output: Buffer) {
        output.append("HTTP/1.1 ")
        output.append(bytes[head.statusText])
        output.append("\r\n")
        for field in head.fields.all { append(field, head, bytes, to: output) }
        appendConnection(head, bytes, to: output)
        output.append(hstsLine)
        output.append("\r\n")
    }

    private func append(_ field: Field, _ head: ResponseHead, _ bytes: ByteView, to output: Buffer) {
        switch field.kind {
        case .connection, .keepAlive, .proxyHop, .te, .upgrade, .berth: return
        // A 1xx or 204 has none (RFC 9112, 6.1 and 6.2); where an upstream sends it, it confuses.
        case .transferEncoding, .contentLength:
            guard head.status >= 200, head.status != 204 else { return }
        case .strictTransportSecurity where confinedTo != nil || !hstsLine.isEmpty: return
        case .siteWide where confinedTo != nil: return
        case .setCookie:
            if let confinedTo {
                confinedTo.withUnsafeBytes {
                    Cookies.appendConfined(
                        bytes[field.value], path: ByteView($0), isSecure: isSecure, to: output)
                }
                return
            }
        case .other where head.fields.isNamedByConnection(field, in: bytes): return
        default: break
        }
        output.append(bytes[field.name])
        output.append(": ")
        output.append(bytes[field.value])
        output.append("\r\n")
    }

    private func appendConnection(_ head: ResponseHead, _ bytes: ByteView, to output: Buffer) {
        switch connection {
        case .keep: break
        case .keepAloud: output.append("Connection: keep-alive\r\n")
        case .close: output.append("Connection: close\r\n")
        case .upgrade:
            output.append("Connection: Upgrade\r\n")
            guard let name = head.fields.first(.upgrade) else { return }
            output.append("Upgrade: ")
            output.append(bytes[name])
            output.append("\r\n")
        }
    }
}
