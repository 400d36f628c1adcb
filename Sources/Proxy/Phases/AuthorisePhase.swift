import Reactor
import TLS

/// Phase 4: who asks, and may they?
extension Client {
    func authorise(_ head: RequestHead, _ bytes: ByteView, _ path: UserPath, owner: ByteView, server: Target?) {
        let target = bytes[head.target]
        var rewriting = RequestRewriting()
        let visitor = identify(head, bytes, &rewriting)
        let access = Access(
            proof: visitor?.proof ?? .none,
            opensServer: visitor?.opens(owner: owner, server: server) ?? false,
            isUpgrade: head.upgrade != nil,
            isSafe: head.method.isSafe,
            isFromSite: worker.settings.publicOrigin.withUnsafeBytes { head.isFromSite(ByteView($0), in: bytes) },
            wantsPage: exchange.wantsPage)
        switch access.verdict {
        case .logIn:
            let known = rewriting.tokenParameter.map { RequestRewriting.without($0, in: target) } ?? Array(target.raw)
            redirect(to: Array("/hub/login?next=".utf8) + known.withUnsafeBytes { ByteView($0).queryEncoded })
        case .forbid(let reason): answer(.forbidden, reason.text)
        case .allow:
            guard let visitor else { return }
            exchange.visitor = visitor
            exchange.record?.user = visitor.name
            visitor.note(in: worker)
            if path.lacksSlash {
                redirect(to: Array(target[path.path].raw) + [0x2F] + Array(target.dropFirst(Int(path.path.end)).raw))
                return
            }
            guard let server else {
                answerNotRunning(head, bytes, tokenParameter: rewriting.tokenParameter)
                return
            }
            if !visitor.isOwner(owner), case .server(let key, _) = server.place {
                worker.activity.note(Activity.Visit(account: visitor.name, credential: visitor.kind.credential, server: key))
            }
            rewriting.recipient = .server(
                .init(secretLine: server.secretLine, account: visitor.account, proof: visitor.proof == .token ? "token" : "cookie"))
            server.note(in: worker)
            forward(head, bytes, to: server, rewriting)
        }
    }

    /// Finds the token or the session that a request carries, and notes what must not go on with it.
    private func identify(_ head: RequestHead, _ bytes: ByteView, _ rewriting: inout RequestRewriting) -> Visitor? {
        var found: Visitor?
        if let value = head.fields.first(.authorization), let token = Credentials.token(inAuthorization: bytes[value]) {
            found = worker.index.token(Digest(sha256: token.raw))
            rewriting.dropsAuthorization = found != nil
        }
        let target = bytes[head.target]
        if let parameter = Credentials.tokenParameter(in: target) {
            let value = target[parameter].dropFirst(6).percentDecoded
            let visitor = worker.index.token(Digest(sha256: value))
            // Where it does not count, a token of Berth's goes no further all the same.
            if worker.settings.tokenInURL.counts(forUpgrade: head.upgrade != nil), found == nil { found = visitor }
            if head.upgrade != nil || visitor != nil { rewriting.tokenParameter = parameter }
        }
        if let found { return found }
        return worker.settings.sessionCookie.withUnsafeBytes { name in
            guard let cookie = Credentials.cookie(ByteView(name), in: head.fields, bytes) else { return nil }
            return worker.index.session(Digest(sha256: cookie.raw))
        }
    }

    /// The hub shows a person how the server is started; a program is told 424, which
    /// JupyterLab's dialog about a lost connection knows.
    func answerNotRunning(_ head: RequestHead, _ bytes: ByteView, tokenParameter: Range<Int>? = nil) {
        guard exchange.wantsPage, head.method.isSafe, head.framing.isComplete else {
            answer(.failedDependency, "the server is not running", closes: head.upgrade != nil)
            return
        }
        var rewriting = RequestRewriting()
        rewriting.addsHubPrefix = true
        rewriting.tokenParameter = tokenParameter
        forward(head, bytes, to: worker.hub, rewriting)
    }
}

extension ByteView {
    /// As the value of a query's parameter: all but letters, digits, `-._~` and `/` in `%XX`.
    var queryEncoded: [UInt8] {
        let digits: StaticString = "0123456789ABCDEF"
        var encoded: [UInt8] = []
        encoded.reserveCapacity(count + 16)
        for byte in raw {
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F: encoded.append(byte)
            default:
                encoded.append(0x25)
                encoded.append(ByteView(digits)[Int(byte >> 4)])
                encoded.append(ByteView(digits)[Int(byte & 15)])
            }
        }
        return encoded
    }
}
