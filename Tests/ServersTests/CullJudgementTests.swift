import Testing

@testable import Servers

/// Every way in which a server may go on, be warned of, or be stopped.
@Suite struct CullJudgementTests {
    private static let started = 1000.0

    private func judgement(
        after: Double? = 100, maxAge: Double? = nil, warning: Double = 20, counts: Bool = true,
        report: JupyterReport? = JupyterReport(lastActivity: nil, lastWork: nil, busyKernels: 0),
        _ change: (inout CullJudgement) -> Void = { _ in }
    ) -> CullJudgement {
        var judgement = CullJudgement(
            rules: .init(after: after, maxAge: maxAge, warning: warning, countsConnections: counts), started: Self.started)
        judgement.report = report
        change(&judgement)
        return judgement
    }

    @Test(arguments: [
        (1000.0, CullJudgement.Decision.leave), (1079.9, .leave), (1080, .warn(at: 1100, .idle)), (1099, .warn(at: 1119, .idle)),
    ])
    func isLeftUntilAWarningIsDue(now: Double, decision: CullJudgement.Decision) {
        #expect(judgement().decide(at: now) == decision)
    }

    @Test func isStoppedWhenTheWarningHasStoodLongEnough() {
        #expect(judgement { $0.warnedSince = 1080 }.decide(at: 1099.9) == .warn(at: 1100, .idle))
        #expect(judgement { $0.warnedSince = 1080 }.decide(at: 1100) == .stop(.idle))
        // However long nobody looked: first the warning, then the stop.
        #expect(judgement().decide(at: 9000) == .warn(at: 9020, .idle))
        #expect(judgement { $0.warnedSince = 9000 }.decide(at: 9019) == .warn(at: 9020, .idle))
        #expect(judgement { $0.warnedSince = 9000 }.decide(at: 9020) == .stop(.idle))
        #expect(judgement(warning: 0).decide(at: 1100) == .stop(.idle))
    }

    @Test func aBusyKernelIsNeverInterruptedButByAge() {
        let busy = JupyterReport(lastActivity: 0, lastWork: 0, busyKernels: 1)
        #expect(judgement(report: busy) { $0.warnedSince = 1 }.decide(at: 1e9) == .leave)
        #expect(judgement(maxAge: 500, report: busy).decide(at: 1479) == .leave)
        #expect(judgement(maxAge: 500, report: busy).decide(at: 1480) == .warn(at: 1500, .age))
        #expect(judgement(maxAge: 500, report: busy) { $0.warnedSince = 1480 }.decide(at: 1500) == .stop(.age))
    }

    @Test func whoDoesNotAnswerIsStoppedByAgeAlone() {
        #expect(judgement(report: nil) { $0.warnedSince = 1 }.decide(at: 1e9) == .leave)
        #expect(judgement(maxAge: 500, report: nil) { $0.warnedSince = 1480 }.decide(at: 1e9) == .stop(.age))
    }

    @Test func whatCountsAsUse() {
        let now = 1095.0
        let signs: [(String, (inout CullJudgement) -> Void, Bool)] = [
            ("traffic", { $0.lastTraffic = 1090 }, false),
            ("requests", { $0.report = JupyterReport(lastActivity: 1090, lastWork: nil, busyKernels: 0) }, false),
            ("kernels and terminals", { $0.report = JupyterReport(lastActivity: nil, lastWork: 1090, busyKernels: 0) }, true),
            ("the wish to keep it", { $0.kept = 1090 }, true),
        ]
        for (name, sign, alwaysCounts) in signs {
            #expect(judgement(sign).decide(at: now) == .leave, "\(name)")
            #expect((judgement(counts: false, sign).decide(at: now) == .leave) == alwaysCounts, "\(name)")
        }
        #expect(judgement { $0.lastTraffic = 1090 }.decide(at: 1175) == .warn(at: 1195, .idle))
    }

    @Test func aTimeThatNeverComesIsNoUseForEver() {
        let liar = JupyterReport(lastActivity: 1e12, lastWork: 1e12, busyKernels: 0)
        // It counts as used now, as any server's owner can arrange; age ends it all the same.
        #expect(judgement(report: liar).decide(at: 1e6) == .leave)
        #expect(judgement(maxAge: 500, report: liar) { $0.warnedSince = 1480 }.decide(at: 1500) == .stop(.age))
    }

    @Test func whereNothingIsSaidNothingIsStopped() {
        #expect(judgement(after: nil).decide(at: 1e9) == .leave)
        #expect(judgement(after: nil, maxAge: nil, report: nil).decide(at: 1e9) == .leave)
    }

    @Test func theFirstOfTwoEndsIsTold() {
        #expect(judgement(after: 100, maxAge: 110).decide(at: 1095) == .warn(at: 1115, .idle))
        #expect(judgement(after: 100, maxAge: 110) { $0.warnedSince = 1080 }.decide(at: 1095) == .warn(at: 1100, .idle))
        #expect(judgement(after: 120, maxAge: 110) { $0.warnedSince = 1090 }.decide(at: 1105) == .warn(at: 1110, .age))
        #expect(judgement(after: 120, maxAge: 110) { $0.warnedSince = 1090 }.decide(at: 1115) == .stop(.age))
    }
}
