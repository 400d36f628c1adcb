import Glibc
import Reactor
import TLS

/// A client's connection: one request after the other, each through the phases that stand
/// one a file in `Phases`: accept, head, route, authorise, upstream, exchange, splice, log.
final class Client: Endpoint {
    enum Phase: Equatable {
        case handshake
        /// A head is read, or waited for.
        case head
        case exchange
        /// All is said; what the client still sends is read and dropped, so that it can
        /// read the last answer (RFC 9112, 9.6).
        case lingering
        case closed
    }

    /// What follows when everything written is on the wire.
    enum Ending: Equatable { case next, close, linger }

    let door: Door
    /// In text; empty for a front end on a Unix socket.
    let address: [UInt8]
    var phase = Phase.head
    var ending = Ending.next
    var scanner = HeadScanner()
    /// The first byte of a head is here, the last is not.
    var isHeadBegun = false
    var exchange = Exchange()
    private var isProceeding = false

    init(worker: Worker, wire: Wire, door: Door, address: [UInt8]) {
        self.door = door
        self.address = address
        super.init(worker: worker, wire: wire)
    }

    override func ready(_ events: ReadyEvents) {
        wire.note(events)
        if phase == .exchange {
            if events.contains(.readable) { exchange.visitor?.note(in: worker) }
            if hasLeft {
                abort()
                return
            }
        }
        proceed()
    }

    /// The client is gone while the upstream still works for it. An end of a plain stream
    /// alone says only that no other request will come.
    private var hasLeft: Bool {
        guard !exchange.isRequestOpen, exchange.stage != .tunnel else { return false }
        return wire.isHungUp || (wire.tls != nil && wire.peerFinished)
    }

    /// Does all that can be done now.
    func proceed() {
        guard !isProceeding else { return }
        isProceeding = true
        var steps = 0
        while advance() {
            steps += 1
            // One client that sends request after request does not keep the others waiting.
            guard steps < 64 else {
                worker.loop.runAgain(self)
                break
            }
        }
        isProceeding = false
    }

    /// One step; true where another may follow at once.
    private func advance() -> Bool {
        switch phase {
        case .handshake: shakeHands()
        case .head: readHead()
        case .exchange: exchange.stage == .tunnel ? runTunnel() : runExchange()
        case .lingering: linger()
        case .closed: false
        }
    }

    override func deadlinePassed() {
        if phase == .head, isHeadBegun, ending == .next {
            isHeadBegun = false
            answer(.requestTimeout, "the request's head did not come in time", closes: true)
            proceed()
        } else if phase == .exchange {
            abort()
        } else {
            close()
        }
    }

    /// Whether a stop should wait for this connection.
    var isBusy: Bool {
        switch phase {
        case .exchange: exchange.stage != .tunnel
        case .head: !isFlushed || isHeadBegun
        default: false
        }
    }

    /// The proxy is about to stop: an idle connection goes now, a busy one after its request.
    func prepareToStop() {
        exchange.closesClient = true
        if phase == .handshake || (phase == .head && !isBusy) { close() }
    }

    /// Ends an exchange in the middle; the client learns that what it has is not all.
    func abort() {
        if phase == .exchange {
            finishLog()
            wire.resetOnClose()
        }
        close()
    }

    /// Ends the connection, and what it has of an upstream.
    func close() {
        guard phase != .closed else { return }
        exchange.upstream?.release(reusable: false)
        if phase != .exchange { _ = wire.tls?.finishWriting() }
        phase = .closed
        exchange = Exchange()
        worker.counters.received += received
        worker.counters.sent += written
        closeWire()
    }
}
