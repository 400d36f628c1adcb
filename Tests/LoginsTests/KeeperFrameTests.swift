import Glibc
import LauncherProtocol
import Secrets
import Testing

@testable import Logins

@Suite struct KeeperFrameTests {
    private func pair() -> (KeeperChannel, KeeperChannel, raw: CInt) {
        var ends: [CInt] = [-1, -1]
        #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (KeeperChannel(ends[0]), KeeperChannel(ends[1]), ends[0])
    }

    @Test func notesArriveAsTheyWereSent() {
        let (here, there, _) = pair()
        let notes: [KeeperNote] = [
            .proceed, .told([LoginMessage(style: .info, text: "Grüß Gott")]), .failed(reason: "no"),
            .description(KeptSession(account: "a", retired: true)), .closed(complaint: nil),
        ]
        for note in notes { here.send(note) }
        for note in notes {
            guard case .note(note) = there.receive() else {
                Issue.record("\(note) was lost")
                return
            }
        }
    }

    @Test func answersArriveByteForByte() {
        let (here, there, _) = pair()
        let answers: [[UInt8]] = [[0, 255, 10], [], Array("passwörd".utf8), Array(repeating: 7, count: 4096)]
        here.send(.answers(answers.map { bytes in bytes.withUnsafeBytes { Secret(copying: $0) } }))
        guard case .answers(let received) = there.receive() else {
            Issue.record("no answers came")
            return
        }
        #expect(received.map { $0.withBytes { Array($0) } } == answers)
    }

    @Test(
        arguments: [
            [], [0], [0, 255, 255, 255, 255], [0, 2, 0, 0, 0, 0x7B, 0x7D], [2, 0, 0, 0, 0], [1, 3, 0, 0, 0, 0, 0, 0],
            [1, 5, 0, 0, 0, 2, 0, 0, 0, 9],
        ] as [[UInt8]])
    func nonsenseIsNoFrame(bytes: [UInt8]) {
        let (here, there, raw) = pair()
        #expect(send(raw, bytes, bytes.count, 0) == bytes.count)
        here.hangUp()
        #expect(there.receive() == nil)
    }

    @Test func aChannelWhoseOtherEndIsGoneSaysSo() {
        let (here, there, _) = pair()
        there.hangUp()
        #expect(here.send(.proceed) == false)
        #expect(here.receive() == nil)
    }
}
