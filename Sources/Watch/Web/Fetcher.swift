import Curl
import Foundation
import Logging

/// Asks servers upstream as a good guest: with a name, following redirects, waiting where a server says so, and
/// asking again only for what has changed.
actor Fetcher {
    private let client: Client
    private let logger: Logger
    /// What each host asked for: nothing before this moment.
    private var notBefore: [String: ContinuousClock.Instant] = [:]

    private enum Bound {
        static let redirects = 5
        /// Seconds that a round waits for a server; what asks for more waits for the next round.
        static let patience = 90.0
        static let attempts = 3
        /// Seconds where a server says “too many” and not for how long.
        static let usualPause = 60.0
    }

    init(client: Client = Client(), logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// What came of a conditional request.
    enum Answer {
        /// As it was when the validators were given.
        case unchanged
        case fresh(StreamedResponse, Validators)
    }

    /// What a server knows a version of a document by (RFC 9110, 8.8).
    struct Validators: Sendable, Equatable {
        var entityTag: String?
        var lastModified: String?

        init(_ head: ResponseHead) {
            entityTag = head["ETag"]
            lastModified = head["Last-Modified"]
        }

        var headers: [(name: String, value: String)] {
            if let entityTag { return [("If-None-Match", entityTag)] }
            if let lastModified { return [("If-Modified-Since", lastModified)] }
            return []
        }
    }

    /// Asks for `url`; statuses other than 200 and 304 are errors, but for those in `taken`.
    func get(
        _ url: String, method: String = "GET", headers: [(name: String, value: String)] = [], unlike known: Validators? = nil,
        taking taken: Set<Int> = []
    ) async throws(WatchError) -> Answer {
        for attempt in 1...Bound.attempts {
            let answer = try await follow(url, method, headers: headers + (known?.headers ?? []))
            let status = answer.head.status
            if status == 304, known != nil { return .unchanged }
            if status == 200 || taken.contains(status) { return .fresh(answer, Validators(answer.head)) }
            guard status == 429 || status == 503 else {
                throw WatchError("\(url) answers with status \(status).", status: status)
            }
            let pause = answer.head["Retry-After"].flatMap { RetryAfter.seconds($0, now: Date()) } ?? Bound.usualPause
            if let host = WebAddress(url)?.host { notBefore[host] = .now + .seconds(pause) }
            logger.info("A server asks for a pause", metadata: ["url": "\(url)", "seconds": "\(Int(pause))"])
            guard pause <= Bound.patience, attempt < Bound.attempts else { break }
        }
        throw WatchError("\(url) takes no more requests for now.", status: 429)
    }

    /// The same, read whole.
    func document(
        _ url: String, method: String = "GET", headers: [(name: String, value: String)] = [], unlike known: Validators? = nil,
        taking taken: Set<Int> = [],
        limit: Int = 64 << 20
    ) async throws(WatchError) -> (head: ResponseHead, body: [UInt8], validators: Validators)? {
        guard case .fresh(let answer, let validators) = try await get(url, method: method, headers: headers, unlike: known, taking: taken)
        else {
            return nil
        }
        var body: [UInt8] = []
        var chunks = answer.body.makeAsyncIterator()
        while true {
            let chunk: [UInt8]?
            do { chunk = try await chunks.next() } catch { throw WatchError(error) }
            guard let chunk else { break }
            body += chunk
            guard body.count <= limit else { throw WatchError("\(url) is larger than \(limit) bytes.") }
        }
        return (answer.head, body, validators)
    }

    /// One request, with its redirects. What proves who asks goes to the first host alone.
    private func follow(
        _ first: String, _ method: String, headers: [(name: String, value: String)]
    ) async throws(WatchError) -> StreamedResponse {
        var url = first
        for _ in 0...Bound.redirects {
            try await waitForTurn(url)
            var request = Request(url, method: method)
            let accepts = headers.contains { $0.name == "Accept" } ? [] : [("Accept", "*/*")]
            request.headers = [("User-Agent", "berth-watch")] + accepts + headers
            if WebAddress(url) != WebAddress(first) { request.headers.removeAll { $0.name == "Authorization" } }
            request.idleTimeout = .seconds(60)
            request.timeout = .seconds(1800)
            let answer: StreamedResponse
            do { answer = try await client.stream(request) } catch { throw WatchError(error) }
            guard [301, 302, 303, 307, 308].contains(answer.head.status), let location = answer.head["Location"] else { return answer }
            guard let next = WebAddress.resolved(location, from: url) else {
                throw WatchError("\(url) leads to “\(location)”, which is no address to follow.")
            }
            url = next
        }
        throw WatchError("\(first) leads around in circles.")
    }

    private func waitForTurn(_ url: String) async throws(WatchError) {
        guard let host = WebAddress(url)?.host, let moment = notBefore[host] else { return }
        let left = (moment - .now) / .seconds(1)
        guard left <= Bound.patience else { throw WatchError("\(url) takes no more requests for now.", status: 429) }
        do { try await Task.sleep(until: moment) } catch { throw WatchError("The look upstream was given up.") }
    }
}
