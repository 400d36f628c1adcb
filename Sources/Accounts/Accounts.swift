import Foundation
import Logging
import Synchronization
import TLS

/// What people decided and who is logged in: sessions, API tokens, users and their last
/// choices, in one SQLite file.
///
/// Sessions and tokens are also held in memory, because every request asks for them. What is
/// given is in the file before it is in memory; what is taken back is gone from memory first,
/// and from the file as soon as that can be written.
///
/// ```swift
/// let accounts = try Accounts(path: "/var/lib/berth/gateway/accounts.sqlite", limits: .init(idle: 43_200, absolute: 1_209_600))
/// accounts.onChange { proxy.publish(…) }
/// ```
public final class Accounts: Sendable {
    let database: AccountsDatabase
    let limits: SessionLimits
    let clock: @Sendable () -> Double
    let logger: Logger
    let live: Mutex<LiveGrants>
    let removals = Mutex(Removals())
    let listeners = Mutex(Listeners())
    let told: Mutex<[Announcement]>
    let known: Mutex<Known>

    /// Opens the file at `path`, or makes it, readable by this account alone.
    /// - Parameter clock: the present, in seconds since 1970.
    public init(
        path: String, limits: SessionLimits, logger: Logger = Logger(label: "berth.accounts"),
        clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
    ) throws(AccountsError) {
        database = try AccountsDatabase(path: path)
        self.limits = limits
        self.clock = clock
        self.logger = logger
        live = Mutex(try database.readLiveGrants())
        told = Mutex(try database.readAnnouncements())
        known = Mutex(try database.readKnown())
    }

    struct Listeners {
        var changed: [@Sendable (AccountsSnapshot) -> Void] = []
        var ended: [@Sendable ([Session]) -> Void] = []
        var tokens: [@Sendable (TokenChange) -> Void] = []
        /// ``Opening/id`` of those that they were told of.
        var openings: [Int] = []
    }

    /// Calls `handler` with what is live now, and again after each change, in order and before
    /// the call that made the change returns. The handler must not change accounts itself.
    public func onChange(_ handler: @escaping @Sendable (AccountsSnapshot) -> Void) {
        listeners.withLock {
            $0.changed.append(handler)
            handler(snapshot)
        }
    }

    /// Calls `handler` with sessions that have ended, by whatever way.
    public func onEnd(_ handler: @escaping @Sendable ([Session]) -> Void) {
        listeners.withLock { $0.ended.append(handler) }
    }

    /// The present, in seconds since 1970.
    public var now: Double { clock() }

    /// What is live now.
    public var snapshot: AccountsSnapshot {
        let standing = standing
        let openings = liveOpenings
        return live.withLock { grants in
            AccountsSnapshot(
                sessions: grants.sessions.compactMap { digest, session in
                    grants.absent.contains(session.account) ? nil : .init(digest: digest, account: session.account, id: session.id)
                },
                tokens: grants.tokens.compactMap { digest, token in
                    grants.absent.contains(token.account) ? nil : .init(digest: digest, token: token)
                }, standing: standing, openings: openings)
        }
    }

    /// Tells the listeners. The lock keeps snapshots in order.
    func announce(ended: [Session] = []) {
        listeners.withLock { listeners in
            let snapshot = snapshot
            listeners.openings = snapshot.openings.map(\.id)
            for handler in listeners.changed { handler(snapshot) }
            guard !ended.isEmpty else { return }
            for handler in listeners.ended { handler(ended) }
        }
    }

    /// Removes what has expired and writes down when sessions and tokens were last used.
    public func sweep() async throws(AccountsError) {
        let now = clock()
        let (sessions, tokens, dirty) = live.withLock { $0.sweep(now: now, limits: limits) }
        let haveOpeningsEnded = listeners.withLock { $0.openings } != liveOpenings.map(\.id)
        if !sessions.isEmpty || !tokens.isEmpty || haveOpeningsEnded { announce(ended: sessions) }
        try await remove(sessions: sessions.map(\.id), tokens: tokens.map(\.id))
        try await database.write(lastUsed: dirty)
    }

    /// Takes sessions and tokens that are over out of the file, and those that could not be taken out before. Where that
    /// fails, the next sweep tries again: what has ended must not live again after a restart.
    func remove(sessions: [String] = [], tokens: [String] = []) async throws(AccountsError) {
        let left = removals.withLock { removals in
            removals.sessions.formUnion(sessions)
            removals.tokens.formUnion(tokens)
            return removals
        }
        guard !left.isEmpty else { return }
        try await database.remove(left)
        removals.withLock { removals in
            removals.sessions.subtract(left.sessions)
            removals.tokens.subtract(left.tokens)
        }
    }

    /// Sweeps every 20 seconds until the task is cancelled, and once more then.
    public func run() async {
        while !Task.isCancelled {
            await sweepOrLog()
            try? await Task.sleep(for: .seconds(20))
        }
        await Task { await sweepOrLog() }.value
    }

    private func sweepOrLog() async {
        do throws(AccountsError) { try await sweep() } catch { logger.error("Sessions were not swept: \(error)") }
    }
}
