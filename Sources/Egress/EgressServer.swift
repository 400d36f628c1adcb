import CLinux
import Foundation
import Glibc
import Synchronization
import UnixSockets

/// What one build may take.
public struct EgressLimits: Sendable {
    /// At once.
    public var connections = 128
    /// Bytes of all its connections.
    public var received = 64 << 30
    /// Bytes of all its connections: requests, and what a repository is asked for.
    public var sent = 64 << 20
    /// Seconds without a byte, after which a connection is cut.
    public var idle = 300.0
    /// Seconds for a request's head.
    public var head = 30.0

    public init() {}
}

/// The one way out for foreign code that has no network: an HTTP proxy on a Unix socket that goes only where the
/// rules admit. Each connection has a thread of its own; the limits bound their number.
public final class EgressServer: Sendable {
    /// The socket's name in its directory.
    public static let socketName = "proxy"

    private let listener: CInt
    private let stop: Stop
    private let rules: EgressRules
    private let upstream: UpstreamProxy?
    private let limits: EgressLimits
    private let tell: @Sendable (EgressRefusal) -> Void
    private let state = Mutex(State())

    private struct State {
        var connections = 0
        var sent = 0
        var received = 0
        var told: Set<EgressRefusal> = []
    }

    private enum Bound {
        /// Different refusals that are told.
        static let told = 20
    }

    /// Listens in `directory` from now on, until ``end()``.
    ///
    /// - Parameters:
    ///   - group: who may connect.
    ///   - tell: gets each refusal once.
    public init(
        in directory: String, group: gid_t, rules: EgressRules, upstream: UpstreamProxy? = nil, limits: EgressLimits = .init(),
        tell: @escaping @Sendable (EgressRefusal) -> Void
    ) throws(SystemCallError) {
        // Through the directory's descriptor: the path may be longer than a socket's can be.
        let folder = open(directory, LINUX_O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw SystemCallError("open", on: directory) }
        defer { close(folder) }
        stop = try Stop()
        listener = try listenOnUnixSocket(at: "/proc/self/fd/\(folder)/\(Self.socketName)", mode: 0o660, group: group, nonBlocking: true)
        self.rules = rules
        self.upstream = upstream
        self.limits = limits
        self.tell = tell
        detach { $0.acceptAll() }
    }

    // The threads hold it: whoever comes last closes.
    deinit { close(listener) }

    /// Ends all connections, and takes no more.
    public func end() { stop.now() }

    private func detach(_ work: @escaping @Sendable (EgressServer) -> Void) {
        let thread = Thread { [self] in work(self) }
        thread.name = "egress"
        thread.start()
    }

    private func acceptAll() {
        while wait(for: [(listener, POLLIN)], seconds: 3600, or: stop) != .stopped {
            let client = accept4(listener, nil, nil, CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue))
            guard client >= 0 else {
                // Out of descriptors: a moment without spinning.
                if errno != EAGAIN { _ = wait(for: [], seconds: 0.1, or: stop) }
                continue
            }
            let isTaken = state.withLock { state in
                guard state.connections < limits.connections else { return false }
                state.connections += 1
                return true
            }
            guard isTaken else {
                refuse(.tooMany(connections: limits.connections), to: client, patience: 0)
                close(client)
                continue
            }
            detach { server in
                server.serve(client)
                // First, so that whoever sees the end can come again.
                server.state.withLock { $0.connections -= 1 }
                close(client)
            }
        }
    }

    private func serve(_ client: CInt) {
        do throws(EgressRefusal) {
            guard
                let ((request, length), bytes) = try receive(
                    from: client, seconds: limits.head, or: stop, until: { bytes throws(EgressRefusal) in try ProxyRequest.read(bytes) })
            else { return }
            try pass(request, rest: bytes[length...], of: client)
        } catch {
            refuse(error, to: client, patience: 5)
        }
    }

    private func pass(_ request: ProxyRequest, rest: ArraySlice<UInt8>, of client: CInt) throws(EgressRefusal) {
        let destination = request.destination
        let judgement = rules.judge(destination)
        guard judgement != .refused else { throw .notAdmitted(destination) }
        let (isPublicOnly, proxy) = (judgement == .publicAddresses, upstream.flatMap { $0.isBefore(destination) ? $0 : nil })
        let connecting = Connecting(stop: stop)
        var (upstream, answered): (CInt, [UInt8])
        var body: Int?
        switch (request.kind, proxy) {
        case (.tunnel, let proxy?):
            (upstream, answered) = try connecting.tunnel(to: try settled(destination, isPublicOnly), through: proxy)
            answered = Self.opened + answered
        case (.tunnel, nil):
            (upstream, answered) = (try connecting.connect(to: destination, publicOnly: isPublicOnly), Self.opened)
        case (.request(let plain), _):
            let target = proxy == nil ? destination : try settled(destination, isPublicOnly)
            upstream = try connecting.connect(to: proxy?.destination ?? destination, publicOnly: proxy == nil && isPublicOnly)
            answered = []
            body = plain.body
            guard send(plain.head(for: target, through: proxy), to: upstream, seconds: limits.head, or: stop) else {
                close(upstream)
                throw .unreachable(destination, "it takes no request")
            }
        }
        defer { close(upstream) }
        var relay = Relay(client: client, upstream: upstream, body: body, sent: rest, answered: answered, stop: stop)
        relay.run(idle: limits.idle) { sent, received in count(sent, received) }
    }

    private static let opened = Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)

    /// A destination as a proxy that looks names up itself may be asked for it: what has to be public goes by the
    /// address that was found to be.
    private func settled(_ destination: Destination, _ isPublicOnly: Bool) throws(EgressRefusal) -> Destination {
        guard isPublicOnly else { return destination }
        guard let address = try Connecting.addresses(of: destination, publicOnly: true).first else { throw .unknown(destination) }
        let text = address.contains(":") ? "[\(address)]" : address
        guard let settled = Destination(authority: text, usualPort: destination.port) else { throw .notPublic(destination) }
        return settled
    }

    /// Notes bytes; false where it is too many.
    private func count(_ sent: Int, _ received: Int) -> Bool {
        let refusal: EgressRefusal? = state.withLock { state in
            state.sent += sent
            state.received += received
            if state.sent > limits.sent { return .tooMuch(bytes: limits.sent, isSent: true) }
            return state.received > limits.received ? .tooMuch(bytes: limits.received, isSent: false) : nil
        }
        if let refusal { told(refusal) }
        return refusal == nil
    }

    private func refuse(_ refusal: EgressRefusal, to client: CInt, patience: Double) {
        told(refusal)
        _ = send(refusal.answer, to: client, seconds: patience, or: stop)
    }

    private func told(_ refusal: EgressRefusal) {
        let isNew = state.withLock { $0.told.count < Bound.told && $0.told.insert(refusal).inserted }
        if isNew { tell(refusal) }
    }
}
