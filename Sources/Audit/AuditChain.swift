import Foundation
import TLS

/// The chain of the log, as a value: each line carries the hash of the one before it and its own.
///
/// A line is one JSON object. Its last member, `hash`, is the SHA-256 of every byte before
/// `,"hash":`; `previous` is the `hash` of the line before, or 64 zeros in the first line.
/// So no line can be changed, removed or put in between without breaking the next. What the chain
/// can't show is that lines are missing at its end: for that, keep the last hash elsewhere.
public struct AuditChain: Sendable, Equatable {
    /// The hash of the last line.
    public private(set) var last = String(repeating: "0", count: 64)
    /// Lines so far, counted from where the chain was begun or taken up.
    public private(set) var count = 0

    /// An empty log.
    public init() {}

    /// Goes on after `line`. A line that is no part of a log is linked by the hash of all its bytes.
    init(after line: some Collection<UInt8>) {
        last = AuditLine(line)?.hash ?? Digest(sha256: Array(line)).description
    }

    /// The line of `event`, without a line break.
    public mutating func append(_ event: AuditEvent) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = Array(try encoder.encode(event).dropLast())
        text += Array(#","previous":"\#(last)""#.utf8)
        let hash = Digest(sha256: text).description
        last = hash
        count += 1
        return text + AuditLine.ending(hash)
    }

    /// Checks the next line, without its line break, and goes on to it.
    public mutating func check(_ line: some Collection<UInt8>) throws(AuditFault) -> AuditEvent {
        count += 1
        guard let line = AuditLine(line) else { throw .notALine }
        guard line.hash == Digest(sha256: line.text).description else { throw .changed }
        guard line.previous == last else { throw .unlinked }
        guard let event = line.event else { throw .notALine }
        last = line.hash
        return event
    }
}

/// What is wrong with a line.
public enum AuditFault: Error, Sendable, Equatable, CustomStringConvertible {
    case notALine, changed, unlinked

    /// What that means for the one who checks.
    public var description: String {
        switch self {
        case .notALine: "This is not a line of the log. Something else was written into the file, or a part of it was lost."
        case .changed: "Its text does not fit its hash: this line was changed after it was written."
        case .unlinked: "It does not follow the line before it: lines were removed, inserted or moved between the two."
        }
    }
}

/// A line taken apart.
struct AuditLine {
    /// What the hash is about.
    let text: [UInt8]
    let hash: String
    let previous: String

    static func ending(_ hash: String) -> [UInt8] { Array(#","hash":"\#(hash)"}"#.utf8) }

    init?(_ line: some Collection<UInt8>) {
        let empty = Self.ending("")
        let length = empty.count + 64
        guard line.count > length else { return nil }
        let hash = String(decoding: line.dropLast(2).suffix(64), as: UTF8.self)
        guard line.suffix(length).elementsEqual(Self.ending(hash)) else { return nil }
        text = Array(line.dropLast(length))
        self.hash = hash
        guard let link = try? JSONDecoder().decode(Link.self, from: Data(text + [UInt8(ascii: "}")])) else { return nil }
        previous = link.previous
    }

    private struct Link: Decodable { let previous: String }

    var event: AuditEvent? { try? JSONDecoder().decode(AuditEvent.self, from: Data(text + [UInt8(ascii: "}")])) }
}
