import Reactor

/// What the upstream is told about where a request came from.
struct Provenance {
    /// The client's address; empty where nobody knows it.
    var address: ByteView
    /// The scheme that the client used.
    var isSecure: Bool
    /// The public port in digits.
    var port: ByteView
    /// The public host, for clients that named none.
    var host: ByteView
    /// Two words that no other request has.
    var requestID: (UInt64, UInt64)
}

/// How a request's head changes on its way to an upstream.
struct RequestRewriting {
    /// What a server, as opposed to the hub, is told beside.
    struct Identity {
        /// The whole `X-Berth-Secret` line.
        var secretLine: [UInt8]
        var account: [UInt8]
        /// `cookie` or `token`.
        var proof: StaticString
    }

    /// The hub's page about a server stands under `/hub` and the server's own path.
    var addsHubPrefix = false
    /// The part of the target that holds a token.
    var tokenParameter: Range<Int>?
    var dropsAuthorization = false
    var recipient = Recipient.hub

    /// Who gets the request.
    enum Recipient {
        /// It gets Berth's cookies.
        case hub
        case server(Identity)
        /// It finds out by itself who comes, and sees no cookie of Berth's.
        case service
    }

    private var isForHub: Bool { if case .hub = recipient { true } else { false } }

    /// Appends the head for the upstream; the body, its framing included, follows as it is.
    func append(_ head: RequestHead, _ bytes: ByteView, _ provenance: Provenance, to output: Buffer) {
        output.append(bytes[head.methodName])
        output.append(addsHubPrefix ? " /hub" : " ")
        appendTarget(bytes[head.target], to: output)
        // An HTTP/1.0 client can't read chunks, so the upstream is asked as it asked.
        output.append(head.version == .http11 ? " HTTP/1.1\r\nHost: " : " HTTP/1.0\r\nHost: ")
        let host = head.host.map { bytes[$0] } ?? provenance.host
        output.append(host)
        output.append("\r\n")
        for field in head.fields.all { append(field, head, bytes, to: output) }
        if let upgrade = head.upgrade {
            output.append("Connection: Upgrade\r\nUpgrade: ")
            output.append(bytes[upgrade])
            output.append("\r\n")
        }
        appendProvenance(provenance, host: host, to: output)
        if case .server(let identity) = recipient { append(identity, to: output) }
        output.append("\r\n")
    }

    private func appendTarget(_ target: ByteView, to output: Buffer) {
        guard let tokenParameter else {
            output.append(target)
            return
        }
        output.append(Self.without(tokenParameter, in: target))
    }

    /// `target` without one parameter of its query, and without one separator: the one behind it, else the
    /// one before it.
    static func without(_ parameter: Range<Int>, in target: ByteView) -> [UInt8] {
        let isLast = parameter.upperBound == target.count
        let before = Array(target[0..<parameter.lowerBound - (isLast ? 1 : 0)].raw)
        return isLast ? before : before + Array(target.dropFirst(parameter.upperBound + 1).raw)
    }

    private func append(_ field: Field, _ head: RequestHead, _ bytes: ByteView, to output: Buffer) {
        switch field.kind {
        case .host, .connection, .upgrade, .keepAlive, .proxyHop, .berth, .requestID,
            .forwarded, .forwardedFor, .forwardedProto:
            return
        case .te:
            // All that a field with this name can usefully ask through a proxy.
            if bytes[field.value].listContains("trailers") { output.append("TE: trailers\r\n") }
            return
        // The hub's answer is the proxy's own: see UpstreamPhase.
        case .expect where head.version == .http10 || isForHub: return
        case .authorization where dropsAuthorization: return
        case .cookie where !isForHub:
            Cookies.appendForeign(bytes[field.value], to: output)
            return
        case .other where head.fields.isNamedByConnection(field, in: bytes): return
        default: break
        }
        output.append(bytes[field.name])
        output.append(": ")
        output.append(bytes[field.value])
        output.append("\r\n")
    }

    private func appendProvenance(_ provenance: Provenance, host: ByteView, to output: Buffer) {
        if !provenance.address.isEmpty {
            output.append("X-Forwarded-For: ")
            output.append(provenance.address)
            output.append("\r\nX-Real-IP: ")
            output.append(provenance.address)
            output.append("\r\n")
        }
        output.append(provenance.isSecure ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n")
        output.append("X-Forwarded-Host: ")
        output.append(host)
        output.append("\r\nX-Forwarded-Port: ")
        output.append(provenance.port)
        output.append("\r\nX-Request-ID: ")
        output.append(hexadecimal: provenance.requestID.0)
        output.append(hexadecimal: provenance.requestID.1)
        output.append("\r\n")
    }

    private func append(_ identity: Identity, to output: Buffer) {
        output.append(identity.secretLine)
        output.append("X-Berth-User: ")
        output.append(identity.account)
        output.append("\r\nX-Berth-Auth: ")
        output.append(ByteView(identity.proof))
        output.append("\r\n")
    }
}
