import Accounts
import HTTPTypes
import LauncherProtocol
import Servers

/// What is done to and asked about people, the same for pages and API.
struct People: Sendable {
    let accounts: Accounts
    let servers: Servers
    let launcher: any LauncherCalling
    let roles: Roles
    let trail: Trail
    /// Scheme, host and port, where they are configured.
    let site: String?

    /// Those who match, as far as `rights` let them be seen.
    /// - Parameters:
    ///   - state: JupyterHub's `active`, `ready` or `inactive`; nil for all.
    ///   - order: JupyterHub's `id`, `name` or `last_activity`, with `-` before it from the end; nil for by name.
    func list(matching text: String, state: String?, by order: String? = nil, visible rights: Rights) async throws -> [User] {
        let wanted: (User) -> Bool
        switch state {
        case nil: wanted = { _ in true }
        case "active": wanted = { user in servers.statuses(of: user.name).contains { $0.failure == nil } }
        case "ready": wanted = { user in servers.statuses(of: user.name).contains { $0.ready != nil } }
        case "inactive": wanted = { user in servers.statuses(of: user.name).allSatisfy { $0.failure != nil } }
        case let state?: throw HubError(.badRequest, "Unrecognized state filter: “\(state)”; it is active, inactive or ready.")
        }
        let found = try await accounts.users(matching: text).filter { rights.allow("list:users", on: .user($0.name)) && wanted($0) }
        return try sorted(found, by: order)
    }

    /// When somebody, or one of their servers, was last active.
    private func lastActivity(of user: User) -> Double {
        servers.statuses(of: user.name).compactMap(\.lastActivity).reduce(user.lastActivity, max)
    }

    private func sorted(_ users: [User], by order: String?) throws(HubError) -> [User] {
        guard let order else { return users }
        let sorted: [User]
        switch order.hasPrefix("-") ? String(order.dropFirst()) : order {
        case "id": sorted = users.sorted { $0.created < $1.created }
        case "name": sorted = users.sorted { $0.name < $1.name }
        case "last_activity":
            sorted = users.map { (user: $0, active: lastActivity(of: $0)) }.sorted { $0.active < $1.active }.map(\.user)
        default: throw HubError(.badRequest, "sort must be 'id', 'name', or 'last_activity', not '\(order.prefix(64))'")
        }
        return order.hasPrefix("-") ? sorted.reversed() : sorted
    }

    /// JupyterHub's model of a person, with the fields that `rights` let be read.
    func model(of user: User, includeStopped: Bool, visible rights: Rights) async throws -> JSONValue {
        let main = servers.status(of: ServerID(owner: user.name))
        var named = servers.statuses(of: user.name).filter { !$0.id.name.isEmpty }
        if includeStopped {
            let running = Set(named.map(\.id.name))
            for name in try await accounts.choices(of: user.name).keys.sorted() where !name.isEmpty && !running.contains(name) {
                named.append(servers.status(of: ServerID(owner: user.name, name: name)))
            }
        }
        let standing = accounts.standing
        let model = Models.user(
            user, roles: roles.names(of: user.name, standing), groups: standing.groups(of: user.name).sorted(),
            servers: [main] + named, includeStopped: includeStopped, site: site)
        return .object(model.filter { key, _ in rights.mayRead(key, of: user.name) })
    }

    /// Adds accounts of this host that are not known yet, and returns them. One that the host does not
    /// have, or that may not log in, is an error, and nobody is added.
    func add(_ names: [String], admin: Bool) async throws -> [User] {
        var accounts: [Account] = []
        for name in names {
            do throws(LauncherError) {
                accounts.append(try await launcher.call(LookUpAccount(account: name)))
            } catch {
                guard error.kind == .notFound || error.kind == .refused || error.kind == .invalid else { throw error }
                throw HubError(
                    .badRequest, "“\(name.prefix(64))” can't be added: this host has no such account, or it may not log in here.")
            }
        }
        var added: [User] = []
        for account in accounts
        where try await self.accounts.addUser(name: account.name, uid: account.uid, fullName: account.fullName, admin: admin) {
            trail.note(.userAdd, on: account.name)
            if let user = try await self.accounts.user(named: account.name) { added.append(user) }
        }
        return added
    }

    func setAdmin(_ admin: Bool, of user: User) async throws {
        if !admin, user.isAdminByGroup {
            throw HubError(
                .badRequest, "“\(user.name)” is an administrator by a group of this host; take them out of it there (gpasswd --delete).")
        }
        try await accounts.setAdmin(admin, of: user.name)
        trail.note(.userAdmin, on: user.name, note: admin ? "is an administrator now" : "is none any more")
    }

    /// Stops a person's servers and forgets them. Their files and environments stay.
    func remove(_ name: String) async throws {
        guard try await accounts.user(named: name) != nil else { throw HubError.notFound }
        for status in servers.statuses(of: name) { try await servers.stop(status.id) }
        _ = try await accounts.removeUser(named: name)
        trail.note(.userRemove, on: name)
    }
}
