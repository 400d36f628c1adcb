import Foundation
import LauncherProtocol

extension Servers {
    /// Notes that requests to servers, or their open connections, passed through the proxy just now.
    public func noteTraffic(_ ids: some Sequence<ServerID>, at now: Double = Date().timeIntervalSince1970) {
        entries.withLock { entries in
            for id in ids { entries[id]?.use.lastTraffic = now }
        }
    }

    /// Lets a server that nobody uses stay for as long as one that somebody has just used.
    public func keep(_ id: ServerID, at now: Double = Date().timeIntervalSince1970) {
        entries.withLock { entries in
            let kept = max(now, entries[id]?.use.kept ?? 0)
            entries[id]?.use.kept = kept
            guard entries[id]?.use.ending?.reason == .idle else { return }
            entries[id]?.use.ending = nil
            entries[id]?.use.warnedSince = nil
        }
    }

    /// Asks every server that answers how it is used, and stops those that the rules don't let be.
    ///
    /// - Parameters:
    ///   - rules: what holds for a server; nil to leave it alone.
    ///   - culled: told of each server before it is stopped.
    public func cull(
        rules: @escaping @Sendable (ServerRecord) async -> CullJudgement.Rules?,
        culled: @escaping @Sendable (ServerRecord, CullJudgement.Reason) -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, record) in ready.enumerated() {
                // A few at a time: each may have to be waited for.
                if number >= 8 { await group.next() }
                group.addTask { await self.look(at: record, rules, culled) }
            }
        }
    }

    private func look(
        at record: ServerRecord, _ rules: @Sendable (ServerRecord) async -> CullJudgement.Rules?,
        _ culled: @Sendable (ServerRecord, CullJudgement.Reason) -> Void
    ) async {
        let report = await JupyterQuestions(record: record).reportInBackground()
        let rules = await rules(record)
        guard case .stop(let reason) = judge(record, report, rules, at: Date().timeIntervalSince1970) else { return }
        culled(record, reason)
        do throws(LauncherError) { try await stop(record.id) } catch {
            logger.warning("A server that nobody uses could not be stopped: \(error.message)", metadata: ["owner": "\(record.id.owner)"])
        }
    }

    /// Takes what was found out about a server, and decides. What belongs to an earlier container of it changes nothing.
    func judge(_ record: ServerRecord, _ report: JupyterReport?, _ rules: CullJudgement.Rules?, at now: Double) -> CullJudgement.Decision {
        entries.withLock { entries in
            guard var entry = entries[record.id], case .ready(record) = entry.life.state else { return .leave }
            defer { entries[record.id] = entry }
            entry.use.report = report
            entry.use.ending = nil
            guard let rules else { return .leave }
            var judgement = CullJudgement(rules: rules, started: record.started)
            judgement.lastTraffic = entry.use.lastTraffic
            judgement.kept = entry.use.kept
            judgement.report = report
            judgement.warnedSince = entry.use.warnedSince
            let decision = judgement.decide(at: now)
            switch decision {
            case .leave: entry.use.warnedSince = nil
            case .warn(let time, let reason):
                entry.use.warnedSince = entry.use.warnedSince ?? now
                entry.use.ending = ServerEnding(at: time, reason: reason)
            case .stop: break
            }
            return decision
        }
    }
}
