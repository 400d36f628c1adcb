/// One host, or all below one: `files.example.org`, `files.example.org:8443`, `*.example.org`. Without a port it means
/// those of HTTP and HTTPS, 80 and 443.
public struct HostPattern: Sendable, Hashable {
    private let name: String
    private let isBelow: Bool
    private let ports: [UInt16]

    /// Nil where the text is neither.
    public init?(_ text: String) {
        isBelow = text.hasPrefix("*.")
        let authority = isBelow ? String(text.dropFirst(2)) : text
        if let destination = Destination(authority: authority) {
            (name, ports) = (destination.host, [destination.port])
        } else if let destination = Destination(authority: authority, usualPort: 443) {
            (name, ports) = (destination.host, [80, 443])
        } else {
            return nil
        }
    }

    /// This very host and port.
    public init(_ destination: Destination) { (name, isBelow, ports) = (destination.host, false, [destination.port]) }

    func matches(_ destination: Destination) -> Bool {
        ports.contains(destination.port) && (isBelow ? destination.host.hasSuffix("." + name) : destination.host == name)
    }
}

/// Where foreign code may connect to.
public struct EgressRules: Sendable, Equatable {
    /// What an administrator has chosen: at whatever address.
    public var administrators: [HostPattern]
    /// What a recipe names: at public addresses only.
    public var recipes: [HostPattern]
    /// Whether every other host is admitted too, at public addresses: for what runs no foreign code, and follows where a
    /// channel leads.
    public var admitsPublic: Bool

    public init(administrators: [HostPattern] = [], recipes: [HostPattern] = [], admitsPublic: Bool = false) {
        self.administrators = administrators
        self.recipes = recipes
        self.admitsPublic = admitsPublic
    }

    enum Judgement: Equatable {
        case anyAddress
        case publicAddresses
        case refused
    }

    func judge(_ destination: Destination) -> Judgement {
        if administrators.contains(where: { $0.matches(destination) }) { return .anyAddress }
        return admitsPublic || recipes.contains(where: { $0.matches(destination) }) ? .publicAddresses : .refused
    }
}
