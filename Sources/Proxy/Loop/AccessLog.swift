import Dispatch
import Logging

/// One line for each request, written by a thread of its own, so that a slow log never
/// stops a loop. Costs nothing where the logger's level is above `info`.
struct AccessLog {
    /// What a line says.
    struct Record: Sendable {
        var method: String
        /// Without the query, which may hold a token.
        var path: String
        var user: String?
        var requestID: (UInt64, UInt64)
        var status = 0
        var bytes = 0
        var milliseconds: UInt64 = 0
        /// Until the upstream's head was there.
        var upstreamMilliseconds: UInt64?
    }

    private static let queue = DispatchQueue(label: "org.berth.access-log")
    /// Lines that wait before they are handed over.
    private static let batch = 32

    private let logger: Logger
    private var records: [Record] = []
    let isOn: Bool

    init(logger: Logger) {
        self.logger = logger
        isOn = logger.logLevel <= .info
    }

    mutating func add(_ record: Record) {
        records.append(record)
        if records.count >= Self.batch { flush() }
    }

    /// Hands all lines over to the thread that writes them.
    mutating func flush() {
        guard !records.isEmpty else { return }
        let lines = records
        records.removeAll(keepingCapacity: true)
        Self.queue.async { [logger] in
            for line in lines {
                logger.info("request", metadata: line.metadata)
            }
        }
    }
}

extension AccessLog.Record {
    var metadata: Logger.Metadata {
        func digits(_ word: UInt64) -> String {
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        var metadata: Logger.Metadata = [
            "method": "\(method)", "path": "\(path)", "status": "\(status)", "bytes": "\(bytes)",
            "ms": "\(milliseconds)", "id": "\(digits(requestID.0))\(digits(requestID.1))",
        ]
        if let user { metadata["user"] = "\(user)" }
        if let upstreamMilliseconds { metadata["upstream-ms"] = "\(upstreamMilliseconds)" }
        return metadata
    }
}
