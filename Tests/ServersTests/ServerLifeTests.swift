import LauncherProtocol
import Testing
@testable import Servers

/// Every transition of a server's life.
@Suite struct ServerLifeTests {
    private static func record(_ container: String = "c1") -> ServerRecord {
        ServerRecord(
            id: ServerID(owner: "alice"), uid: 1001, container: container, socketDirectory: "/run/x", socketName: "s", secret: "x",
            profile: "cpu", environment: "work", started: 1, running: true)
    }

    private let record = ServerLifeTests.record()
    private let failure = ServerFailure(reason: "out of memory", log: ["Killed"])
    private let error = LauncherError(.failed, "no image", log: ["pull failed"])
    private let start = ServerLife.Event.startWanted(profile: "cpu", environment: "work")

    /// A life after `events`.
    private func life(_ events: ServerLife.Event...) -> ServerLife {
        var life = ServerLife()
        for event in events { _ = life.handle(event) }
        return life
    }

    private var ready: ServerLife { life(start, .containerRuns(record), .answered(container: "c1")) }

    @Test func aStartGoesThroughTheContainerToTheFirstAnswer() {
        var life = ServerLife()
        #expect(life.handle(start) == [.start(profile: "cpu", environment: "work")])
        #expect(life.state == .starting(record: nil))
        #expect(life.handle(.containerRuns(record)) == [.endProbe, .probe(record)])
        #expect(life.state == .starting(record: record))
        #expect(life.handle(.answered(container: "c1")) == [])
        #expect(life.state == .ready(record))
    }

    @Test func aSecondStartChangesNothing() {
        for var life in [life(start), life(start, .containerRuns(record)), ready, life(start, .stopWanted)] {
            let before = life.state
            #expect(life.handle(start) == [])
            #expect(life.state == before)
        }
    }

    @Test func theSameContainerReportedTwiceIsProbedOnce() {
        var starting = life(start, .containerRuns(record))
        #expect(starting.handle(.containerRuns(record)) == [])
        var running = ready
        #expect(running.handle(.containerRuns(record)) == [])
        #expect(running.state == .ready(record))
    }

    @Test func anotherContainerIsProbedAnew() {
        let second = Self.record("c2")
        var running = ready
        #expect(running.handle(.containerRuns(second)) == [.endProbe, .probe(second)])
        #expect(running.state == .starting(record: second))
        #expect(running.handle(.answered(container: "c1")) == [])
        #expect(running.state == .starting(record: second))
    }

    @Test func aRefusedStartFailsWithItsReasonAndCanBeTriedAgain() {
        var life = life(start)
        #expect(life.handle(.startFailed(error)) == [])
        #expect(life.state == .failed(ServerFailure(reason: "no image", log: ["pull failed"])))
        #expect(life.handle(start) == [.start(profile: "cpu", environment: "work")])
    }

    @Test func aLateRefusalDoesNotTouchARunningContainer() {
        var life = life(start, .containerRuns(record))
        #expect(life.handle(.startFailed(error)) == [])
        #expect(life.state == .starting(record: record))
    }

    @Test func aContainerThatEndsFailsTheStartAtOnce() {
        for var life in [life(start), life(start, .containerRuns(record))] {
            #expect(life.handle(.exited(failure)) == [.abandonStart, .endProbe])
            #expect(life.state == .failed(failure))
        }
    }

    @Test func aReadyServerThatEndsShowsWhy() {
        var life = ready
        _ = life.handle(.exited(failure))
        #expect(life.state == .failed(failure))
    }

    @Test func silenceFailsAndClearsTheContainerForGood() {
        var life = life(start, .containerRuns(record))
        #expect(life.handle(.silent(container: "c1", failure)) == [.clear])
        #expect(life.state == .failed(failure))
        #expect(life.handle(.containerRuns(record)) == [])
        #expect(life.handle(.removed) == [])
        #expect(life.state == .failed(failure))
        // A new start may get the same container again, where it could not be cleared.
        #expect(life.handle(start) != [])
        #expect(life.handle(.containerRuns(record)) == [.endProbe, .probe(record)])
    }

    @Test func silenceOfAnotherContainerIsNoNews() {
        var life = life(start, .containerRuns(record))
        #expect(life.handle(.silent(container: "old", failure)) == [])
        #expect(life.state == .starting(record: record))
    }

    @Test func aStopGivesAStartUp() {
        var life = life(start, .containerRuns(record))
        #expect(life.handle(.stopWanted) == [.abandonStart, .endProbe, .stop])
        #expect(life.state == .stopping)
        #expect(life.handle(.containerRuns(record)) == [])
        #expect(life.handle(.exited(failure)) == [])
        #expect(life.handle(.stopSucceeded) == [])
        #expect(life.state == .stopped)
    }

    @Test func aReadyServerStops() {
        var life = ready
        #expect(life.handle(.stopWanted) == [.stop])
        #expect(life.handle(.removed) == [.endProbe])
        #expect(life.state == .stopped)
        #expect(life.handle(.stopSucceeded) == [])
        #expect(life.state == .stopped)
    }

    @Test func aFailedServersContainerCanBeStopped() {
        var life = life(start, .startFailed(error))
        #expect(life.handle(.stopWanted) == [.stop])
        #expect(life.state == .stopping)
    }

    @Test func aStopThatFailsSaysWhy() {
        var life = ready
        _ = life.handle(.stopWanted)
        _ = life.handle(.stopFailed(error))
        #expect(life.state == .failed(ServerFailure(reason: "no image", log: ["pull failed"])))
    }

    @Test func whatWasRemovedElsewhereIsStopped() {
        for var life in [ready, life(start, .containerRuns(record))] {
            #expect(life.handle(.removed) == [.endProbe])
            #expect(life.state == .stopped)
        }
        var waiting = life(start)
        #expect(waiting.handle(.removed) == [])
        #expect(waiting.state == .starting(record: nil))
    }

    @Test func aRunningServerIsAdopted() {
        for var life in [ServerLife(), life(start, .startFailed(error))] {
            #expect(life.handle(.containerRuns(record)) == [.endProbe, .probe(record)])
            #expect(life.state == .starting(record: record))
        }
    }

    @Test func aStoppedServerIgnoresLateNews() {
        for event: ServerLife.Event in [
            .stopWanted, .startFailed(error), .answered(container: "c1"), .silent(container: "c1", failure), .exited(failure), .removed,
            .stopSucceeded, .stopFailed(error),
        ] {
            var life = ServerLife()
            #expect(life.handle(event) == [])
            #expect(life.state == .stopped)
        }
    }
}
