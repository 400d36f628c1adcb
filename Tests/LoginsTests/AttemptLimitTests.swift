import Testing

@testable import Logins

@Suite struct AttemptLimitTests {
    private var limit = AttemptLimit(perAccount: 3, perAddress: 5, window: 100)

    @Test mutating func anAccountHasToWaitUntilItsOldestFailureLeavesTheWindow() {
        for now in [0.0, 10, 20] {
            #expect(limit.wait(account: "a", address: "192.0.2.\(Int(now))", at: now) == nil)
            limit.fail(account: "a", address: "192.0.2.\(Int(now))", at: now)
        }
        #expect(limit.wait(account: "a", address: "192.0.2.99", at: 30) == 70)
        #expect(limit.wait(account: "b", address: "192.0.2.99", at: 30) == nil)
        #expect(limit.wait(account: "a", address: "192.0.2.99", at: 100) == nil)
        limit.fail(account: "a", address: "192.0.2.99", at: 100)
        #expect(limit.wait(account: "a", address: "192.0.2.99", at: 101) == 9)
    }

    @Test mutating func successForgivesTheAccountAndNotTheAddress() {
        for _ in 0..<3 { limit.fail(account: "a", address: "192.0.2.1", at: 0) }
        limit.succeed(account: "a")
        #expect(limit.wait(account: "a", address: "192.0.2.2", at: 1) == nil)
        for name in ["b", "c"] { limit.fail(account: name, address: "192.0.2.1", at: 1) }
        #expect(limit.wait(account: "a", address: "192.0.2.1", at: 1) == 99)
    }

    @Test mutating func namesThatCanBeNoneCountForTheAddress() {
        for _ in 0..<5 { limit.fail(account: nil, address: "192.0.2.1", at: 0) }
        #expect(limit.wait(account: "a", address: "192.0.2.1", at: 0) == 100)
    }

    @Test mutating func failuresBeyondTheLimitPushTheEndOut() {
        for now in 0..<10 { limit.fail(account: "a", address: "192.0.2.\(now)", at: Double(now)) }
        #expect(limit.wait(account: "a", address: "192.0.2.99", at: 10) == 97)
    }

    @Test(arguments: [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false),
        ("localhost", "localhost", true),
    ])
    func aNetworkIsOneCustomer(first: String, second: String, same: Bool) {
        #expect((AttemptLimit.network(of: first) == AttemptLimit.network(of: second)) == same)
    }
}
