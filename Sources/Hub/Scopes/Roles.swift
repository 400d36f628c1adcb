import Accounts
import Configuration
import LauncherProtocol

/// Which scopes accounts and services have: by the built-in roles, by those of the configuration, and by
/// what others share with them.
struct Roles: Sendable {
    private let configured: [Role]
    private let allowsOpenAs: Bool
    private let allowsSharing: Bool

    /// A role of the configuration, its scopes read.
    private struct Role: Sendable {
        let name: String
        let scopes: [Scope]
        let users: Set<String>
        let groups: Set<String>
        let services: Set<String>
    }

    /// - Throws: ``UnknownScope`` for a scope that does not exist.
    init(_ configuration: BerthConfiguration) throws(UnknownScope) {
        var roles: [Role] = []
        for role in configuration.roles {
            var scopes: [Scope] = []
            for text in role.scopes {
                guard let scope = Scope(text) else { throw UnknownScope(scope: text, place: "the role “\(role.name)”") }
                scopes.append(scope)
            }
            roles.append(
                Role(
                    name: role.name, scopes: scopes, users: Set(role.users), groups: Set(role.groups), services: Set(role.services)))
        }
        configured = roles
        allowsOpenAs = configuration.hub.openAs.allowed
        allowsSharing = configuration.hub.sharing
    }

    /// The names of an account's roles, the built-in ones first.
    func names(of account: String, _ standing: Standing) -> [String] {
        let builtIn = standing.administrators.contains(account) ? ["admin", "user"] : ["user"]
        return builtIn + configured.filter { applies($0, to: account, standing) }.map(\.name).filter { !builtIn.contains($0) }
    }

    func names(ofService service: String) -> [String] { configured.filter { $0.services.contains(service) }.map(\.name) }

    func names(ofGroup group: String) -> [String] { configured.filter { $0.groups.contains(group) }.map(\.name) }

    /// The scopes of a role by its name, as somebody may ask for them; nil where there is none of that name.
    func scopes(ofRole name: String) -> [Scope]? {
        let own = configured.first { $0.name == name }?.scopes
        switch name {
        case "token": return [Scope("inherit", nil)]
        case "user": return [Scope("self", nil)] + (own ?? [])
        case "admin": return administrators + (own ?? [])
        case "server": return [Scope("users:activity", .owner), Scope("access:servers", .owner)]
        default: return own
        }
    }

    /// All that an account may do.
    func scopes(of account: String, _ standing: Standing) -> [Scope] {
        names(of: account, standing).flatMap { self.scopes(ofRole: $0) ?? [] } + shared(with: account, standing)
    }

    /// What of ``scopes(of:_:)`` opens others' servers by itself. That one is an administrator does not: they open
    /// a server by saying so, or with a token that says so.
    func standingAccess(of account: String, _ standing: Standing) -> [Scope] {
        configured.filter { applies($0, to: account, standing) }.flatMap(\.scopes) + shared(with: account, standing)
    }

    func scopes(ofService service: String) -> [Scope] {
        configured.filter { $0.services.contains(service) }.flatMap(\.scopes)
    }

    /// What a server may with its own token: tell what it does, and know whose it is (JupyterHub's role “server”).
    static func scopes(ofServer id: ServerID) -> [Scope] {
        [
            Scope("users:activity", .user(id.owner)), Scope("access:servers", .server(id.owner, id.name)),
            Scope("read:users:name", .user(id.owner)), Scope("read:users:groups", .user(id.owner)),
        ]
    }

    private var administrators: [Scope] {
        Scope.ofAdministrators.subtracting(allowsOpenAs ? [] : ["access:servers", "shares"]).map { Scope($0, nil) }
    }

    private func shared(with account: String, _ standing: Standing) -> [Scope] {
        allowsSharing ? standing.shares(with: .user(account)).flatMap(\.scopes).compactMap { Scope($0) } : []
    }

    private func applies(_ role: Role, to account: String, _ standing: Standing) -> Bool {
        if role.name == "user" || (role.name == "admin" && standing.administrators.contains(account)) { return true }
        return role.users.contains(account) || role.groups.contains { standing.members[$0]?.contains(account) ?? false }
    }
}

/// A scope of the configuration does not exist.
struct UnknownScope: Error, CustomStringConvertible {
    let scope: String
    /// Where it stands: “the role “graders””.
    let place: String

    var description: String {
        "“\(scope)” in \(place) is no scope. JupyterHub's documentation lists them (“Scopes in JupyterHub”); write one of them in berth.yaml."
    }
}
