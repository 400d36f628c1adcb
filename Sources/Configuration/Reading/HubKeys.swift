// The keys of berth.yaml about the hub's API.

extension HubConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("token_in_url", &tokenInURL, .choice)
        visitor.field("tokens_per_account", &tokensPerAccount, .int(1...100_000))
        visitor.section("open_as", &openAs)
        visitor.field("sharing", &sharing, .bool)
        visitor.field("shutdown", &shutdown, .bool)
    }
}

extension OpenAsConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("allowed", &allowed, .bool)
        visitor.field("lasts", &lasts, .duration)
    }
}

extension RoleConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("name", &name, .name)
        visitor.field("scopes", &scopes, ValueForm<String>.scope.list)
        visitor.field("users", &users, ValueForm<String>.text.list)
        visitor.field("groups", &groups, ValueForm<String>.text.list)
        visitor.field("services", &services, ValueForm<String>.text.list)
    }
}

extension ServiceConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("name", &name, .name)
        visitor.field("url", &url, ValueForm<ServiceAddress>.serviceAddress.optional)
        visitor.field("token_sha256", &tokenDigest, ValueForm<String>.sha256.optional)
        visitor.field("visitor_scopes", &visitorScopes, ValueForm<String>.scope.list)
        visitor.field("trusted", &isTrusted, .bool)
    }
}

extension ValueForm where Value == String {
    /// The form of a scope; which scopes there are, the hub knows.
    static let scope = text.accepting("a scope such as access:servers!group=lab") { scope in
        scope.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    /// A SHA-256 digest.
    static let sha256 = text.accepting("64 hexadecimal digits (printf %s TOKEN | sha256sum)") { digest in
        digest.utf8.count == 64 && digest.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }
}

extension ValueForm where Value == ServiceAddress {
    /// An address on this host.
    static let serviceAddress = ValueForm(
        "http://127.0.0.1:PORT, or unix:PATH",
        { scalar in
            let text = scalar.text.hasSuffix("/") ? String(scalar.text.dropLast()) : scalar.text
            if text.hasPrefix("unix:/") { return text.utf8.count <= 112 ? .unix(path: String(text.dropFirst(5))) : nil }
            guard let host = ["http://127.0.0.1:", "http://localhost:"].first(where: text.hasPrefix),
                let port = UInt16(text.dropFirst(host.count)), port > 0
            else { return nil }
            return .loopback(port: port)
        },
        write: { address in
            switch address {
            case .loopback(let port): quoted("http://127.0.0.1:\(port)")
            case .unix(let path): quoted("unix:\(path)")
            }
        })
}
