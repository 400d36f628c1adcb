import Glibc

/// How many failed logins an account and an address get in a sliding window.
struct AttemptLimit: Sendable {
    private let perAccount: Int
    private let perAddress: Int
    private let window: Double
    private var accounts: [String: [Double]] = [:]
    private var addresses: [String: [Double]] = [:]
    private var swept = 0.0

    /// `window` in seconds.
    init(perAccount: Int, perAddress: Int, window: Double) {
        self.perAccount = perAccount
        self.perAddress = perAddress
        self.window = window
    }

    /// Seconds until an attempt is taken again; nil if it is taken at once. `now` is in
    /// seconds of a clock that never goes back.
    func wait(account: String, address: String, at now: Double) -> Double? {
        let waits = [
            wait(after: accounts[account], limit: perAccount, at: now),
            wait(after: addresses[Self.network(of: address)], limit: perAddress, at: now),
        ]
        return waits.compactMap(\.self).max()
    }

    /// Counts a failed attempt; `account` is nil for a name that can't be one.
    mutating func fail(account: String?, address: String, at now: Double) {
        if now - swept > window {
            accounts = accounts.filter { $0.value.contains { $0 > now - window } }
            addresses = addresses.filter { $0.value.contains { $0 > now - window } }
            swept = now
        }
        if let account { count(now, in: &accounts[account, default: []], limit: perAccount) }
        count(now, in: &addresses[Self.network(of: address), default: []], limit: perAddress)
    }

    /// Forgets the failures of an account that has logged in; those of the address stay.
    mutating func succeed(account: String) { accounts[account] = nil }

    /// An IPv6 address stands for its /64, which is what one customer has; others for themselves.
    static func network(of address: String) -> String {
        var parsed = in6_addr()
        guard inet_pton(AF_INET6, address, &parsed) == 1 else { return address }
        return withUnsafeBytes(of: &parsed) { bytes in
            // An IPv4 address in IPv6's clothes (RFC 4291, 2.5.5.2).
            let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            if isMapped { return bytes[12..<16].map { String($0) }.joined(separator: ".") }
            return bytes[0..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
        }
    }

    private func wait(after times: [Double]?, limit: Int, at now: Double) -> Double? {
        let recent = (times ?? []).filter { $0 > now - window }
        guard limit > 0, recent.count >= limit else { return nil }
        return recent[recent.count - limit] + window - now
    }

    private func count(_ now: Double, in times: inout [Double], limit: Int) {
        // The last `limit` of them decide everything.
        times = times.filter { $0 > now - window }.suffix(max(limit - 1, 0)) + [now]
    }
}
