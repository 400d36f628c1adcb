import Testing

@testable import Launcher

@Suite struct GitExchangeStateTests {
    @Test("What was judged is recorded once, or is given back at the end")
    func handedOver() {
        var state = GitExchangeState<String, Int>()
        let isTaken = state.take("build", tags: ["v1"])
        #expect(isTaken && state.outcome.tags == ["v1"])
        let given = [state.giveJudged(), state.giveJudged()]
        #expect(given == ["build", nil])
        let isTakenAgain = state.take("another", tags: [])
        let ends = [state.end().judged, state.end().judged]
        #expect(isTakenAgain && ends == ["another", nil])
    }

    @Test("What comes after the end stays with whoever brings it, so that no build is held for ever")
    func late() {
        var state = GitExchangeState<String, Int>()
        let wait = [state.wait(1), state.wait(2)]
        let waiting = state.end().waiting
        #expect(wait == [true, true] && waiting == [1, 2])
        let isTaken = state.take("build", tags: ["v1"])
        let given = state.giveJudged()
        #expect(!isTaken && given == nil && state.outcome.tags.isEmpty)
        let waits = state.wait(3)
        let left = state.end().waiting
        #expect(!waits && left.isEmpty)
    }
}
