import Foundation
import Testing

@testable import UnixSockets

@Suite struct HostileSocketTests {
    private let directory = FileManager.default.temporaryDirectory.path + "/berth-\(UInt64.random(in: 0...UInt64.max))"

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    @Test func connectsToTheOwnersSocket() throws {
        let listener = try listenOnUnixSocket(at: directory + "/s", mode: 0o600)
        defer { close(listener) }
        let connection = try connectToHostileSocket(named: "s", in: directory, owner: getuid())
        #expect(try PeerCredentials(of: connection).pid == getpid())
        close(connection)
    }

    @Test func refusesALinkToASocket() throws {
        let listener = try listenOnUnixSocket(at: directory + "/real", mode: 0o600)
        defer { close(listener) }
        #expect(symlink(directory + "/real", directory + "/s") == 0)
        #expect { try connectToHostileSocket(named: "s", in: directory, owner: getuid()) } throws: {
            if case HostileSocketError.notASocket = $0 { true } else { false }
        }
    }

    @Test func refusesALinkedDirectory() throws {
        let listener = try listenOnUnixSocket(at: directory + "/s", mode: 0o600)
        defer { close(listener) }
        let link = directory + "-link"
        #expect(symlink(directory, link) == 0)
        defer { unlink(link) }
        #expect { try connectToHostileSocket(named: "s", in: link, owner: getuid()) } throws: {
            if case HostileSocketError.failed = $0 { true } else { false }
        }
    }

    @Test func refusesSomebodyElsesSocket() throws {
        let listener = try listenOnUnixSocket(at: directory + "/s", mode: 0o600)
        defer { close(listener) }
        #expect { try connectToHostileSocket(named: "s", in: directory, owner: getuid() + 1) } throws: {
            if case HostileSocketError.wrongListener(_, let found) = $0 { found == getuid() } else { false }
        }
    }

    @Test func tellsThatNobodyListensYet() throws {
        #expect { try connectToHostileSocket(named: "s", in: directory, owner: getuid()) } throws: {
            if case HostileSocketError.notListening = $0 { true } else { false }
        }
        close(try listenOnUnixSocket(at: directory + "/s", mode: 0o600))
        #expect { try connectToHostileSocket(named: "s", in: directory, owner: getuid()) } throws: {
            if case HostileSocketError.notListening = $0 { true } else { false }
        }
    }

    @Test func aPathTooLongIsAnErrorAndNotATruncation() {
        #expect { try connectToUnixSocket(at: "/" + String(repeating: "x", count: 200)) } throws: {
            ($0 as? SystemCallError)?.code == ENAMETOOLONG
        }
    }
}
