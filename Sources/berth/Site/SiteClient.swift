import Curl
import Foundation

/// The API of a Berth elsewhere.
struct SiteClient {
    /// Scheme, host and port.
    let address: String
    let token: String
    /// A file with certificates; nil for the system's.
    let authorities: String?
    private let client = Client()

    init(address: String, token: String, authorities: String?) {
        self.address = address
        self.token = token
        self.authorities = authorities
    }

    /// Posts JSON, and gives the answer's body. A site that has no room at the moment is asked again when it says.
    func post(_ path: String, _ body: some Encodable) async throws -> Data {
        var request = request(path, method: "POST")
        request.headers.append(("Content-Type", "application/json"))
        request.body = Array(try JSONEncoder().encode(body))
        request.timeout = .seconds(60)
        while true {
            let answer: Response
            do throws(TransferError) { answer = try await client.perform(request) } catch { throw UnavailableError(error) }
            if answer.status == 429, let seconds = answer.head["Retry-After"].flatMap({ Int($0) }), (1...600).contains(seconds) {
                try await Task.sleep(for: .seconds(seconds))
                continue
            }
            try refuse(answer.head, answer.body)
            return Data(answer.body)
        }
    }

    /// Asks for the end of what is at `path`. Nobody can do anything about it where that fails.
    func delete(_ path: String) async {
        var request = request(path, method: "DELETE")
        request.timeout = .seconds(10)
        _ = try? await client.perform(request)
    }

    /// The events at `path`, from the first one. Where the connection ends before `take` says that it was the last, it is
    /// made anew and what was seen is passed over.
    func follow(_ path: String, _ take: (Data) throws -> Bool) async throws {
        var seen = 0
        for attempt in 1...Self.attempts {
            let isDone: Result<Bool, any Error>
            do throws(TransferError) { isDone = try await events(path, passingOver: &seen, take) } catch {
                guard attempt < Self.attempts else { throw UnavailableError(error) }
                isDone = .success(false)
            }
            if try isDone.get() { return }
            try await Task.sleep(for: .seconds(attempt))
        }
        throw UnavailableError("\(address) ended the connection again and again before it had told all. Try again.")
    }

    private static let attempts = 4

    private func events(
        _ path: String, passingOver seen: inout Int, _ take: (Data) throws -> Bool
    ) async throws(TransferError) -> Result<Bool, any Error> {
        var request = request(path, method: "GET")
        // A comment comes every eight seconds.
        request.idleTimeout = .seconds(60)
        let answer = try await client.stream(request)
        var chunks = answer.body.makeAsyncIterator()
        guard answer.head.status == 200 else {
            let body = try await chunks.next() ?? []
            return Result {
                try refuse(answer.head, body); return false
            }
        }
        var events = ServerSentEvents()
        var number = 0
        while let chunk = try await chunks.next() {
            for event in events.take(chunk) {
                number += 1
                guard number > seen else { continue }
                seen = number
                do { if try take(Data(event)) { return .success(true) } } catch { return .failure(error) }
            }
        }
        return .success(false)
    }

    private func request(_ path: String, method: String) -> Request {
        var request = Request(address + path, method: method)
        request.headers = [("Authorization", "token \(token)"), ("Accept", "application/json")]
        request.authorities = authorities
        return request
    }

    /// Throws what the site says where it refuses.
    private func refuse(_ head: ResponseHead, _ body: [UInt8]) throws {
        guard !(200..<300).contains(head.status) else { return }
        struct Refusal: Decodable { let message: String }
        let said = (try? JSONDecoder().decode(Refusal.self, from: Data(body)))?.message
        switch head.status {
        case 403: throw UnavailableError("\(address) doesn't take the token: \(said ?? "forbidden"). It needs the scope “self”.")
        case 400, 413: throw UnavailableError("\(address) doesn't take the request: \(said ?? "status \(head.status)")")
        default: throw UnavailableError("\(address) answers \(head.status): \(said ?? "this is no Berth, or an older one").")
        }
    }
}

/// Nobody could try; what was to be tried may be good.
struct UnavailableError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(_ error: TransferError) {
        description =
            error.kind == .tls
            ? "\(error). Give the certificates that it is signed by with --ca." : "\(error). Is the address right, and Berth there?"
    }
}
