import Reactor
import TLS

/// Phase 3: the path decides where a request goes.
extension Client {
    /// `bytes` is the head, still at the front of the input, of `headLength` bytes.
    func route(_ head: RequestHead, _ bytes: ByteView, headLength: Int) {
        exchange.heldHead = headLength
        let target = bytes[head.target]
        if door.kind == .redirect {
            redirect(to: worker.settings.publicOrigin + Array(target.raw), .permanentRedirect)
            return
        }
        if door.kind == .api, !target.isOfAPI {
            answer(.notFound, "only the API is served here")
            return
        }
        switch Route(target: target) {
        case .root:
            redirect(to: Array("/hub/".utf8))
        case .hub:
            exchange.wantsPage = head.wantsPage(isAPI: target.starts(with: "/hub/api"), in: bytes)
            forward(head, bytes, to: worker.hub, RequestRewriting())
        case .user(let path):
            routeToServer(head, bytes, path)
        case .service(let name, let lacksSlash):
            routeToService(head, bytes, target[name], nameEnd: Int(name.end), lacksSlash: lacksSlash)
        }
    }

    /// A service is for everybody who comes; who that is it finds out for itself. What there is no service for is the hub's.
    private func routeToService(_ head: RequestHead, _ bytes: ByteView, _ name: ByteView, nameEnd: Int, lacksSlash: Bool) {
        let target = bytes[head.target]
        exchange.wantsPage = head.wantsPage(isAPI: false, in: bytes)
        guard let service = worker.service(name) else { return forward(head, bytes, to: worker.hub, RequestRewriting()) }
        if lacksSlash { return redirect(to: Array(target[0..<nameEnd].raw) + [0x2F] + Array(target.dropFirst(nameEnd).raw)) }
        var rewriting = RequestRewriting()
        rewriting.recipient = .service
        forward(head, bytes, to: service, rewriting)
    }

    private func routeToServer(_ head: RequestHead, _ bytes: ByteView, _ path: UserPath) {
        let target = bytes[head.target]
        let owner = target[path.owner]
        let segment = target[path.segment]
        if owner.firstIndex(of: 0x25) == nil, segment.firstIndex(of: 0x25) == nil {
            routeToServer(head, bytes, path, owner: owner, segment: segment)
            return
        }
        // Decoded once, to be compared; what is forwarded stays as the client wrote it.
        let decodedOwner = owner.percentDecoded
        let decodedSegment = segment.percentDecoded
        decodedOwner.withUnsafeBytes { owner in
            decodedSegment.withUnsafeBytes { segment in
                routeToServer(head, bytes, path, owner: ByteView(owner), segment: ByteView(segment))
            }
        }
    }

    private func routeToServer(
        _ head: RequestHead, _ bytes: ByteView, _ path: UserPath, owner: ByteView, segment: ByteView
    ) {
        let named = segment.isEmpty ? nil : worker.index.server(owner: owner, name: segment)
        let server = named ?? worker.index.server(owner: owner, name: ByteView(""))
        let rest = bytes[head.target][path.rest(isNamed: named != nil)]
        exchange.wantsPage = head.wantsPage(isAPI: rest.isAPIPath, in: bytes)
        // Jupyter's own log-out page would leave the session open.
        if rest.equals("logout") {
            redirect(to: Array("/hub/logout".utf8))
            return
        }
        authorise(head, bytes, path, owner: owner, server: server)
    }
}

extension ByteView {
    /// Whether this target is the hub's API or something below it.
    fileprivate var isOfAPI: Bool {
        guard starts(with: "/hub/api") else { return false }
        return count == 8 || self[8] == 0x2F || self[8] == 0x3F
    }
}
