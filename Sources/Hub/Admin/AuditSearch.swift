import Audit
import Dispatch
import Foundation
import HTTPTypes
import Hummingbird

/// The newest events of the audit log that match.
struct AuditSearch: Sendable {
    /// Parts of the account, the subject or the address; empty for all.
    var text = ""
    /// What happened; nil for all.
    var kind: AuditEvent.Kind?
    var limit = 100
    var offset = 0

    private enum Bound {
        static let most = 10_000
    }

    init() {}

    init(_ request: Request) {
        text = request.filledQuery("q") ?? ""
        kind = request.filledQuery("what").flatMap(AuditEvent.Kind.init(rawValue:))
        limit = min(max(request.filledQuery("limit").flatMap { Int($0) } ?? 100, 1), Bound.most)
        offset = max(request.filledQuery("offset").flatMap { Int($0) } ?? 0, 0)
    }

    func matches(_ event: AuditEvent) -> Bool {
        guard kind == nil || event.what == kind else { return false }
        guard !text.isEmpty else { return true }
        return [event.who, event.on, event.from].contains { $0.localizedCaseInsensitiveContains(text) }
    }

    /// Newest first, and whether there are more. Reads off the concurrency pool.
    func run(path: String) async throws -> (events: [AuditEvent], hasMore: Bool) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    // A log is long: it is read from its end, and no further than the page goes.
                    var passed = 0
                    var found: [AuditEvent] = []
                    try AuditReader(path: path).newest { event in
                        guard matches(event) else { return true }
                        if passed < offset { passed += 1 } else { found.append(event) }
                        return found.count <= limit
                    }
                    continuation.resume(returning: (Array(found.prefix(limit)), found.count > limit))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// RFC 4180, with what a spreadsheet would take for a formula made harmless.
    static func csv(_ events: [AuditEvent]) -> String {
        func field(_ text: String) -> String {
            let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
            return "\"" + safe.replacing("\"", with: "\"\"") + "\""
        }
        let rows = events.map { event in
            [event.time, event.who, event.from, event.what.rawValue, event.on, event.result.rawValue, event.note ?? ""]
                .map(field).joined(separator: ",")
        }
        return (["time,who,from,what,on,result,note"] + rows).joined(separator: "\r\n") + "\r\n"
    }
}

extension AuditEvent {
    var json: JSONValue {
        [
            "time": .string(time), "who": .string(who), "from": .string(from), "what": .string(what.rawValue), "on": .string(on),
            "result": .string(result.rawValue), "note": JSONValue(note),
        ]
    }
}
