import Configuration
import LauncherProtocol
import Testing

@testable import Logins

@Suite struct AccountPolicyTests {
    private func account(uid: UInt32 = 1000, groups: [String] = ["users"], shell: String = "/bin/bash") -> Account {
        Account(
            name: "a", uid: uid, gid: 100, groups: groups.map { .init(name: $0, gid: 100) }, fullName: "", home: "/",
            shell: shell)
    }

    @Test func ordinaryAccountsMayUseBerth() {
        #expect(AccountPolicy(LoginConfiguration()).refusal(of: account()) == nil)
    }

    @Test func systemAccountsMayNot() {
        #expect(AccountPolicy(LoginConfiguration()).refusal(of: account(uid: 999))?.contains("min_uid 1000") == true)
    }

    @Test func rootMayNotEvenWhereMinUIDLetsItIn() {
        var configuration = LoginConfiguration()
        configuration.minUID = 0
        #expect(AccountPolicy(configuration).refusal(of: account(uid: 0)) == "it is root")
        #expect(AccountPolicy(configuration).refusal(of: account(uid: 1)) == nil)
    }

    @Test func onlyMembersOfAllowedGroupsMay() {
        var configuration = LoginConfiguration()
        configuration.allowedGroups = ["science", "staff"]
        #expect(AccountPolicy(configuration).refusal(of: account(groups: ["users", "staff"])) == nil)
        #expect(AccountPolicy(configuration).refusal(of: account())?.contains("allowed_groups") == true)
    }

    @Test(arguments: ["/usr/sbin/nologin", "/bin/false"])
    func refusedShellsKeepOut(shell: String) {
        #expect(AccountPolicy(LoginConfiguration()).refusal(of: account(shell: shell))?.contains(shell) == true)
    }

    @Test(arguments: [
        ("alice", true), ("alice@EXAMPLE.ORG", true), ("DOMAIN\\alice", true), ("Žofie", true),
        (String(repeating: "x", count: 256), true), (String(repeating: "x", count: 257), false),
        ("", false), ("a\0", false), ("a\nb", false), ("../alice", false), ("\u{7F}", false), ("\u{85}", false),
    ])
    func namesAreChecked(name: String, plausible: Bool) {
        #expect(AccountPolicy.isPlausible(name) == plausible)
    }

    @Test(arguments: [
        ("alice", "alice"), ("a\nb", "a\\nb"), ("a\u{1B}[2J", "a\\u{1B}[2J"), ("\u{202E}ecila", "\\u{202E}ecila"),
        ("a” was", "a\\” was"), (String(repeating: "x", count: 65), String(repeating: "x", count: 64) + "…"),
    ])
    func namesInTheLogCanDoNothing(name: String, line: String) {
        #expect(loggable(name) == line)
    }
}
