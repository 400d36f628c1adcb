import Curl
import Foundation
import Logging
import Synchronization

/// A container engine, over the Docker Engine API on its Unix socket: Docker's own, or Podman's compatible one.
///
/// ```swift
/// let engine = Engine(socket: "/var/run/docker.sock", logger: logger)
/// let exit = try await engine.run(ContainerSpec(image: "berth/builder:1", command: ["true"]), named: "build-1") { print($0.text) }
/// ```
/// The API version is negotiated: the engine's own, at most ``newest``, at least ``oldest``.
public final class Engine: Sendable {
    /// The newest API version this client was written for.
    public static let newest = APIVersion(major: 1, minor: 47)
    /// The oldest one that has all it needs (`DeviceRequests`, 2019).
    public static let oldest = APIVersion(major: 1, minor: 40)

    /// The engine's Unix socket.
    public let socket: String
    let logger: Logger
    private let client = Client()
    private let negotiated = Mutex<APIVersion?>(nil)

    public init(socket: String, logger: Logger) {
        self.socket = socket
        self.logger = logger
    }

    /// The version both sides speak; asked for once, and anew after the engine was away.
    public func version() async throws(DockerError) -> APIVersion {
        if let known = negotiated.withLock({ $0 }) { return known }
        let answer = try await send(Call(path: ["_ping"], timeout: .seconds(30)), prefix: "")
        guard let version = answer.head["Api-Version"].flatMap(APIVersion.init) else { throw .unreadable(what: "GET /_ping") }
        guard version >= Self.oldest else { throw .tooOld(version: version.description, needed: Self.oldest.description) }
        let common = min(version, Self.newest)
        negotiated.withLock { $0 = common }
        return common
    }

    /// Makes a call and returns the body of a successful answer, whole.
    @discardableResult
    func perform(_ call: Call) async throws(DockerError) -> [UInt8] {
        let version = try await version()
        return try await send(call, prefix: "/v\(version)").body
    }

    /// Makes a call and decodes its answer.
    func perform<Answer: Decodable>(_ call: Call, as type: Answer.Type) async throws(DockerError) -> Answer {
        let body = try await perform(call)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(body))
        } catch {
            throw .unreadable(what: call.description)
        }
    }

    /// Makes a call whose successful answer comes in pieces.
    func stream(_ call: Call) async throws(DockerError) -> StreamedResponse {
        let version = try await version()
        do {
            let answer = try await client.stream(call.request(socket: socket, prefix: "/v\(version)"))
            if (200..<300).contains(answer.head.status) { return answer }
            var body: [UInt8] = []
            for try await chunk in answer.body where body.count < 1 << 20 { body += chunk }
            throw call.error(status: answer.head.status, body: body)
        } catch let error as DockerError {
            throw error
        } catch {
            throw engineError(error)
        }
    }

    private func send(_ call: Call, prefix: String) async throws(DockerError) -> Response {
        let answer: Response
        do {
            answer = try await client.perform(call.request(socket: socket, prefix: prefix))
        } catch {
            throw engineError(error)
        }
        // 304: it is in the wanted state already.
        guard (200..<300).contains(answer.status) || answer.status == 304 else {
            throw call.error(status: answer.status, body: answer.body)
        }
        return answer
    }

    /// What a failed transfer says about the engine.
    func engineError(_ error: any Error) -> DockerError {
        guard let error = error as? TransferError else { return .unreachable(socket: socket, reason: "\(error)") }
        if error.kind == .cancelled { return .cancelled }
        // Another version may come up after it.
        negotiated.withLock { $0 = nil }
        return .unreachable(socket: socket, reason: error.reason)
    }
}
