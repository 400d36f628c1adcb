import Reactor

/// What is known about a request to `/user/…` when it is decided whether it may pass.
struct Access: Equatable {
    /// How the request proves who sent it.
    enum Proof: Equatable { case none, cookie, token }

    var proof: Proof
    /// The session or token opens the server that the path names.
    var opensServer: Bool
    var isUpgrade: Bool
    /// The method asks for no change (RFC 9110, 9.2.1).
    var isSafe: Bool
    /// A page of this very site, or the person at the browser, sent it.
    var isFromSite: Bool
    /// The answer will be looked at by a person.
    var wantsPage: Bool

    enum Verdict: Equatable {
        case allow
        /// A browser is sent to log in.
        case logIn
        case forbid(StaticReason)
    }

    /// Why a request may not pass, in words.
    enum StaticReason: Equatable {
        case notAuthenticated, notYours, wrongOrigin

        var text: StaticString {
            switch self {
            case .notAuthenticated: "log in first, or send a valid API token"
            case .notYours: "this server belongs to somebody else"
            case .wrongOrigin: "the request comes from another site"
            }
        }
    }

    var verdict: Verdict {
        guard proof != .none else { return wantsPage && isSafe && !isUpgrade ? .logIn : .forbid(.notAuthenticated) }
        // A cookie goes along with whatever any site makes the browser send; a token does not.
        if proof == .cookie, isUpgrade || !isSafe, !isFromSite { return .forbid(.wrongOrigin) }
        return opensServer ? .allow : .forbid(.notYours)
    }
}

extension RequestHead {
    /// Whether a browser says that a page of `origin`, or its person, sent this request.
    /// An upgrade must carry the very `Origin` (RFC 6455, 10.2); else Fetch Metadata
    /// decides, then `Origin`, then `Referer`, and silence is a no.
    func isFromSite(_ origin: ByteView, in bytes: ByteView) -> Bool {
        if upgrade != nil {
            guard let stated = fields.first(.origin) else { return false }
            return bytes[stated].equals(origin)
        }
        if let site = fields.first(.secFetchSite) {
            return bytes[site].equals("same-origin") || bytes[site].equals("none")
        }
        if let stated = fields.first(.origin) { return bytes[stated].equals(origin) }
        guard let referer = fields.first(.referer) else { return false }
        let value = bytes[referer]
        return value.starts(with: origin) && (value.count == origin.count || value[origin.count] == 0x2F)
    }

    /// Whether a person will look at the answer: a navigation, not a script's call.
    func wantsPage(isAPI: Bool, in bytes: ByteView) -> Bool {
        guard !isAPI, upgrade == nil else { return false }
        if let mode = fields.first(.secFetchMode), !bytes[mode].equals("navigate") { return false }
        return !prefersJSON(in: bytes)
    }

    private func prefersJSON(in bytes: ByteView) -> Bool {
        var json = false
        var html = false
        for field in fields.all where field.kind == .accept {
            bytes[field.value].forEachListElement { element in
                if element.startsIgnoringCase("application/json") { json = true }
                if element.startsIgnoringCase("text/html") { html = true }
            }
        }
        return json && !html
    }
}
