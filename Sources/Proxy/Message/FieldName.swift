import Reactor

/// The header fields that mean something to the proxy; all others pass as they are.
enum FieldName: UInt8 {
    case other
    // Framing and the connection itself.
    case host, connection, contentLength, transferEncoding, upgrade, expect, te, trailer, keepAlive
    /// `Proxy-Connection`, `Proxy-Authenticate`, `Proxy-Authorization`: for the next hop only.
    case proxyHop
    // Who asks, and from where.
    case cookie, authorization, origin, referer, accept, secFetchSite, secFetchMode
    case forwardedFor, forwardedProto
    /// Other `X-Forwarded-*`, `Forwarded` and `X-Real-IP`.
    case forwarded
    case requestID
    /// `X-Berth-*`.
    case berth
    // What a server answers and may not.
    case setCookie, strictTransportSecurity
    /// `Clear-Site-Data`, `Service-Worker-Allowed`, `Alt-Svc`, `NEL`, `Report-To`,
    /// `Set-Cookie2` and `X-Accel-*`: they speak for the whole site or to a front end. With `Cross-Origin-Opener-Policy`
    /// a server's page would keep hold of a window of the hub's pages, which have the same.
    case siteWide

    init(_ name: ByteView) {
        self = Self.byLength(name)
        guard self == .other, name.count > 7, name[0].lowercasedASCII == 0x78 else { return }
        if name.startsIgnoringCase("x-berth-") {
            self = .berth
        } else if name.startsIgnoringCase("x-forwarded-") {
            self = .forwarded
        } else if name.startsIgnoringCase("x-accel-") {
            self = .siteWide
        }
    }

    private static func byLength(_ name: ByteView) -> FieldName {
        func matches(_ text: StaticString) -> Bool { name.equalsIgnoringCase(text) }
        switch name.count {
        case 2: return matches("te") ? .te : .other
        case 3: return matches("nel") ? .siteWide : .other
        case 4: return matches("host") ? .host : .other
        case 6:
            if matches("cookie") { return .cookie }
            if matches("origin") { return .origin }
            if matches("accept") { return .accept }
            return matches("expect") ? .expect : .other
        case 7:
            if matches("upgrade") { return .upgrade }
            if matches("referer") { return .referer }
            if matches("trailer") { return .trailer }
            return matches("alt-svc") ? .siteWide : .other
        case 9:
            if matches("x-real-ip") || matches("forwarded") { return .forwarded }
            return matches("report-to") ? .siteWide : .other
        case 10:
            if matches("connection") { return .connection }
            if matches("set-cookie") { return .setCookie }
            return matches("keep-alive") ? .keepAlive : .other
        case 11: return matches("set-cookie2") ? .siteWide : .other
        case 12: return matches("x-request-id") ? .requestID : .other
        case 13: return matches("authorization") ? .authorization : .other
        case 14:
            if matches("content-length") { return .contentLength }
            if matches("sec-fetch-site") { return .secFetchSite }
            return matches("sec-fetch-mode") ? .secFetchMode : .other
        case 15:
            if matches("x-forwarded-for") { return .forwardedFor }
            return matches("clear-site-data") ? .siteWide : .other
        case 16: return matches("proxy-connection") ? .proxyHop : .other
        case 17:
            if matches("transfer-encoding") { return .transferEncoding }
            return matches("x-forwarded-proto") ? .forwardedProto : .other
        case 18: return matches("proxy-authenticate") ? .proxyHop : .other
        case 19: return matches("proxy-authorization") ? .proxyHop : .other
        case 22: return matches("service-worker-allowed") ? .siteWide : .other
        case 25: return matches("strict-transport-security") ? .strictTransportSecurity : .other
        case 26: return matches("cross-origin-opener-policy") ? .siteWide : .other
        default: return .other
        }
    }
}
