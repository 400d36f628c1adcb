import Synchronization
import Testing

@testable import Launcher

/// What is done once an interval, with a clock that moves when somebody sleeps.
@Suite struct RoundsTests {
    private final class Clock: Sendable {
        struct State {
            var now = 1000.0
            var last: Double
            var slept: [Double] = []
            var worked: [Double] = []
        }

        let state: Mutex<State>

        init(last: Double) { state = Mutex(State(last: last)) }

        /// The rounds until somebody has slept so many times.
        /// - Parameter meanwhile: what happens after each sleep.
        func run(sleeps: Int, fails: Bool = false, meanwhile: @escaping @Sendable (inout State) -> Void = { _ in }) async -> State {
            let rounds = Rounds(
                interval: 100, last: { self.state.withLock { $0.last } }, now: { self.state.withLock { $0.now } },
                sleep: { seconds in
                    try self.state.withLock { state in
                        if state.slept.count == sleeps { throw CancellationError() }
                        state.slept.append(seconds)
                        state.now += seconds
                        meanwhile(&state)
                    }
                })
            await rounds.run {
                self.state.withLock { state in
                    state.worked.append(state.now)
                    if !fails { state.last = state.now }
                }
            }
            return state.withLock { $0 }
        }
    }

    @Test func anIntervalGoesOnOverARestart() async {
        let found = await Clock(last: 970).run(sleeps: 3)
        #expect(found.slept == [70, 100, 100] && found.worked == [1070, 1170, 1270])
    }

    @Test func whatIsOverdueIsDoneAtOnceAndNotTwice() async {
        let found = await Clock(last: 5).run(sleeps: 2)
        #expect(found.slept == [0, 100] && found.worked == [1000, 1100])
    }

    @Test func whatFailsIsTriedAgainAfterAnInterval() async {
        let found = await Clock(last: 5).run(sleeps: 3, fails: true)
        #expect(found.slept == [0, 100, 100] && found.worked == [1000, 1100, 1200])
    }

    @Test func whatSomebodyDidMeanwhileIsNotDoneAgain() async {
        // At 1060, while the rounds slept.
        let found = await Clock(last: 1000).run(sleeps: 2) { if $0.slept.count == 1 { $0.last = 1060 } }
        #expect(found.slept == [100, 60] && found.worked == [1160])
    }

    @Test func aClockThatWasSetBackHoldsNothingUp() async {
        let found = await Clock(last: 99_000).run(sleeps: 1)
        #expect(found.slept == [100])
    }
}
