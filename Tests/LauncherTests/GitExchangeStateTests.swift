import Testing

@testable import Launcher

@Suite struct GitExchangeStateTests {
    @Test("What was judged is recorded once, or is given back at the end")
    func handedOver() {
        var state = GitExchangeState<String, Int>()
        #expect(state.take("build", tags: ["v1"]))
        #expect(state.outcome.tags == ["v1"])
        #expect(state.giveJudged() == "build" && state.giveJudged() == nil)
        #expect(state.take("another", tags: []))
        #expect(state.end().judged == "another")
        #expect(state.end().judged == nil)
    }

    @Test("What comes after the end stays with whoever brings it, so that no build is held for ever")
    func late() {
        var state = GitExchangeState<String, Int>()
        #expect(state.wait(1) && state.wait(2))
        #expect(state.end().waiting == [1, 2])
        #expect(!state.take("build", tags: ["v1"]) && state.giveJudged() == nil && state.outcome.tags.isEmpty)
        #expect(!state.wait(3) && state.end().waiting.isEmpty)
    }
}
