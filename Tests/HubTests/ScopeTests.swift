import Accounts
import Configuration
import Testing

@testable import Hub

/// Scopes as values: who may do what to whom.
@Suite struct ScopeTests {
    private static let roles: Roles = {
        do { return try Roles(BerthConfiguration()) } catch { fatalError("\(error)") }
    }()

    /// All that own scopes, or administrators', come to.
    private static func names(_ scopes: Set<String>) -> Set<String> {
        Scope.known.filter { name in scopes.contains { Scope($0, nil).implies(name) } }
    }
    private static let own = names(Scope.own).union(["self"])
    private static let administrators = names(Scope.ofAdministrators)

    private func rights(_ scopes: [String]?, admin: Bool = false, members: [String: Set<String>] = [:]) -> Rights {
        var standing = Standing()
        if admin { standing.administrators = ["alice"] }
        return Rights(
            account: "alice", granted: Self.roles.scopes(of: "alice", standing), scopes: scopes?.compactMap { Scope($0) }, members: members)
    }

    @Test(arguments: [
        ("self", "self"), ("access:servers!user", "access:servers!user"), ("read:users!user=bob", "read:users!user=bob"),
        ("servers!server=bob/", "servers!server=bob/"), ("servers!server=bob/two", "servers!server=bob/two"),
        ("users!group=lab", "users!group=lab"),
    ])
    func scopesAreReadAndWritten(_ text: String, _ written: String) { #expect(Scope(text)?.description == written) }

    @Test(arguments: ["", "nothing", "self!", "users!user=", "servers!server=bob", "servers!server=/x", "users!planet=mars", "Users"])
    func whatIsNoScopeIsNone(_ text: String) { #expect(Scope(text) == nil) }

    @Test func everyScopeOnEveryTarget() {
        let targets: [Rights.Target] = [.user("alice"), .user("bob"), .server("alice", ""), .server("bob", "x"), .group("lab"), .hub]
        for name in Scope.known {
            for target in targets {
                let isOwn = target == .user("alice") || target == .server("alice", "")
                #expect(rights(nil).allow(name, on: target) == (isOwn && Self.own.contains(name)), "\(name) \(target)")
                let asAdmin = Self.administrators.contains(name) || (isOwn && Self.own.contains(name))
                #expect(rights(nil, admin: true).allow(name, on: target) == asAdmin, "\(name) \(target)")
                // A token never has more than its owner.
                for token in Scope.known where rights([token], admin: true).allow(name, on: target) { #expect(asAdmin) }
                for token in Scope.known where rights([token]).allow(name, on: target) { #expect(isOwn) }
                #expect(rights(["inherit"], admin: true).allow(name, on: target) == asAdmin)
                #expect(!rights([]).allow(name, on: target))
            }
        }
    }

    /// A token that may make tokens must not make one that may more.
    @Test func aTokenMakesNoneThatIsGoodForMore() {
        func granted(_ asked: String, by scopes: [String], admin: Bool = false) -> Bool {
            (try? TokenScopes(owner: rights(nil, admin: admin), maker: rights(scopes, admin: admin)).granted([asked])) != nil
        }
        let narrow = ["tokens!user", "access:servers!server=alice/a"]
        #expect(granted("access:servers!server=alice/a", by: narrow))
        for wider in ["access:servers", "access:servers!user", "access:servers!user=alice", "access:servers!server=alice/b"] {
            #expect(!granted(wider, by: narrow), "\(wider)")
            #expect(!granted(wider, by: narrow, admin: true), "\(wider)")
        }
        #expect(granted("servers!user", by: ["tokens", "servers!user=alice"]))
        #expect(granted("read:servers!server=alice/a", by: ["tokens", "servers!user"]))
        #expect(granted("access:servers!user", by: ["self"]) && !granted("access:servers", by: ["self"], admin: true))
        #expect(granted("access:servers", by: ["inherit"], admin: true) && granted("access:servers", by: ["access:servers"], admin: true))
    }

    @Test func aTokenOfAnAdministratorForThemselvesIsForThemselves() {
        #expect(rights(["self"], admin: true).allow("servers", on: .server("alice", "")))
        #expect(!rights(["self"], admin: true).allow("servers", on: .server("bob", "")))
    }

    @Test func filtersHold() {
        let lab: [String: Set<String>] = ["lab": ["bob"]]
        let token = rights(["list:users", "read:servers", "delete:servers!group=lab"], admin: true, members: lab)
        #expect(token.allow("delete:servers", on: .server("bob", "")))
        #expect(!token.allow("delete:servers", on: .server("carol", "")))
        #expect(!token.allow("start:servers", on: .server("bob", "")))
        let one = rights(["servers!server=bob/two"], admin: true)
        #expect(one.allow("start:servers", on: .server("bob", "two")) && !one.allow("start:servers", on: .server("bob", "")))
    }

    @Test func whatIsMissingIs403AndWhatIsSomebodyElsesIs404() {
        #expect { try rights(["read:users"]).require("servers", on: .server("alice", "")) } throws: {
            ($0 as? HubError)?.status == .forbidden
        }
        #expect { try rights(["servers"]).require("servers", on: .server("bob", "")) } throws: { ($0 as? HubError)?.status == .notFound }
    }
}
