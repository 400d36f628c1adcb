// The keys of berth.yaml about what is looked for upstream.

extension WatchConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("interval", &interval, .duration)
        visitor.field("images", &images, .bool)
        visitor.field("packages", &packages, .bool)
        visitor.field("channels", &channels, ValueForm<String>.webAddress.list)
        visitor.field(
            "pypi", &pypi,
            ValueForm<String>.text.accepting("a URL with {name} in it, such as https://pypi.org/pypi/{name}/json") {
                $0.contains("{name}") && isWebAddress($0)
            })
        visitor.sections("webhooks", &webhooks, empty: WebhookConfiguration())
        visitor.section("mail", &mail)
    }
}

extension WebhookConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field("url", &url, .webAddress)
        visitor.field("form", &form, .choice)
    }
}

extension MailConfiguration: SettingsSection {
    mutating func visit(_ visitor: inout some SettingsVisitor) {
        visitor.field(
            "server", &server,
            ValueForm<String>.text.accepting("smtp://HOST:PORT or smtps://HOST:PORT") { text in
                ["smtp://", "smtps://"].contains { text.hasPrefix($0) && text.count > $0.count } && !text.contains(where: \.isWhitespace)
            }.optional)
        visitor.field("from", &from, .mailAddress)
        visitor.field("to", &to, ValueForm<String>.mailAddress.list)
        visitor.field("user", &user, ValueForm<String>.text.optional)
        visitor.field("password_file", &passwordFile, ValueForm<String>.path.optional)
        visitor.field("encryption", &encryption, .choice)
    }
}

extension ValueForm where Value == String {
    /// An `http` or `https` URL.
    static let webAddress = text.accepting("a URL that begins with https:// or http://", isWebAddress)

    /// One mail address, without a name.
    static let mailAddress = text.accepting("a mail address such as team@example.org") { text in
        text.first != "@" && text.last != "@" && text.count(where: { $0 == "@" }) == 1
            && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !#"<>(),;:"\"#.utf8.contains($0) }
    }
}

@Sendable private func isWebAddress(_ text: String) -> Bool {
    ["https://", "http://"].contains { text.hasPrefix($0) && text.count > $0.count } && !text.contains(where: \.isWhitespace)
}
