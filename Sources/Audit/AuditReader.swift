import Foundation
import UnixSockets

/// Reads a log in pieces, so that its length does not matter.
public struct AuditReader: Sendable {
    let path: String
    /// Bytes read at once.
    let piece: Int

    /// - Parameter path: the log; it is only read.
    public init(path: String) { self.init(path: path, piece: 1 << 18) }

    init(path: String, piece: Int) {
        self.path = path
        self.piece = piece
    }

    /// What a check found.
    public struct Verdict: Sendable, Equatable {
        /// Whole lines up to the first broken one, or to the end.
        public let good: Int
        /// The hash of the last good line; keep it elsewhere to see later that nothing is missing at the end.
        public let last: String
        /// The first broken line, counted from 1.
        public let broken: Int?
        public let fault: AuditFault?
        /// Bytes of an unfinished line at the end: the gateway is writing it, or crashed while it did.
        public let unfinished: Int
    }

    /// Checks the whole chain; stops at the first line that breaks it.
    public func verify() throws(AuditError) -> Verdict {
        var chain = AuditChain()
        var found: (line: Int, fault: AuditFault)?
        var good = 0
        let unfinished = try forEachLine { line in
            let before = chain
            do throws(AuditFault) { _ = try chain.check(line) } catch {
                found = (chain.count, error)
                chain = before
                return false
            }
            good += 1
            return true
        }
        return Verdict(good: good, last: chain.last, broken: found?.line, fault: found?.fault, unfinished: unfinished)
    }

    /// Calls `body` with every event that can be read, oldest first. It does not check the chain.
    public func events(_ body: (AuditEvent) -> Void) throws(AuditError) {
        _ = try forEachLine { line in
            if let event = AuditLine(line)?.event { body(event) }
            return true
        }
    }

    /// Returns how many bytes follow the last line break. `body` returns false to end.
    private func forEachLine(_ body: ([UInt8]) -> Bool) throws(AuditError) -> Int {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw AuditError(SystemCallError("open"), path) }
        defer { close(file) }
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: piece)
        while true {
            let count = read(file, &chunk, chunk.count)
            guard count >= 0 else { throw AuditError(SystemCallError("read"), path) }
            guard count > 0 else { return rest.count }
            rest += chunk[..<count]
            let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() where !body(Array(line)) { return 0 }
            rest = Array(lines.last ?? [])
        }
    }
}
