/// `watch:`.
public struct WatchConfiguration: Sendable, Equatable {
    /// Seconds between two looks upstream.
    public var interval: Double = 86_400
    /// Whether new tags of the profiles' images are looked for.
    public var images = false
    /// Whether newer versions are looked for of what recipes ask for.
    public var packages = false
    /// Channels that are asked beside those of `environments`: how their URLs begin.
    public var channels: [String] = []
    /// PyPI's JSON API, or a mirror's; `{name}` is replaced.
    public var pypi = "https://pypi.org/pypi/{name}/json"
    /// Who is told of proposals by HTTP.
    public var webhooks: [WebhookConfiguration] = []
    /// Who is told of them by mail.
    public var mail = MailConfiguration()

    /// Whether there is anything to do.
    public var isOn: Bool { images || packages }

    public init() {}
}

/// One entry of `watch.webhooks:`.
public struct WebhookConfiguration: Sendable, Equatable {
    /// How the body is written.
    public enum Form: String, Sendable, CaseIterable {
        /// The proposal as the API gives it.
        case json
        /// `{"text": "…"}`, as Slack, Mattermost, Rocket.Chat and others take it.
        case slack
    }

    public var url = ""
    public var form = Form.json

    public init() {}
}

/// `watch.mail:`.
public struct MailConfiguration: Sendable, Equatable {
    /// When the connection to the server is encrypted.
    public enum Encryption: String, Sendable, CaseIterable {
        /// Where the server offers it.
        case offered
        /// Always; a server that doesn't offer it gets no mail.
        case required
        case never
    }

    /// `smtp://HOST:PORT`, or `smtps://HOST:PORT`; nil for no mail.
    public var server: String?
    public var from = "berth@localhost"
    public var to: [String] = []
    public var user: String?
    /// The file with the password, readable by the gateway's account.
    public var passwordFile: String?
    public var encryption = Encryption.offered

    public init() {}
}
