import Glibc
import Reactor
import UnixSockets

/// Phase 5: a connection to the upstream is found or made, and the request's head goes out.
extension Client {
    func forward(_ head: RequestHead, _ bytes: ByteView, to target: Target, _ rewriting: RequestRewriting) {
        let upstream: Upstream
        do throws(HostileSocketError) {
            if let waiting = reuse(target) {
                upstream = waiting
            } else {
                guard let new = try open(target) else {
                    answer(.serviceUnavailable, "the gateway is out of resources")
                    return
                }
                upstream = new
            }
        } catch {
            connecting(to: target, failed: error, head, bytes)
            return
        }
        upstream.client = self
        worker.loop.clearDeadline(of: upstream)
        let output = upstream.outputBuffer()
        append(head, bytes, rewriting, to: output)
        guard !output.hasOverflowed else {
            output.clear()
            upstream.release(reusable: false)
            answer(.headerFieldsTooLarge, "the head is too large")
            return
        }
        exchange.upstream = upstream
        exchange.stage = .responseHead
        phase = .exchange
        // A head with a body behind it makes room; another may have to be sent again.
        if !head.framing.isComplete {
            if target.isHub { tellToContinue(head, bytes) }
            consumeInput(exchange.heldHead)
            exchange.heldHead = 0
        }
    }

    /// The hub reads every body, so its client need not wait for its word (RFC 9110, 10.1.1).
    private func tellToContinue(_ head: RequestHead, _ bytes: ByteView) {
        guard head.version == .http11, let value = head.fields.first(.expect),
            bytes[value].equalsIgnoringCase("100-continue")
        else { return }
        outputBuffer().append("HTTP/1.1 100 Continue\r\n\r\n")
        // What does not go out now goes with the answer; a client that has gone is noticed there.
        _ = flush()
    }

    /// A connection that waits in the pool. Where the request could not be sent twice, it
    /// is looked at first: its server may have closed it a moment ago.
    private func reuse(_ target: Target) -> Upstream? {
        while let upstream = target.idle.popLast() {
            if exchange.isIdempotent, exchange.request.framing.isComplete { return upstream }
            if !upstream.wire.isStale() { return upstream }
            upstream.closeWire()
        }
        return nil
    }

    private func open(_ target: Target) throws(HostileSocketError) -> Upstream? {
        let descriptor = try target.connect()
        let upstream = Upstream(worker: worker, descriptor: descriptor, target: target)
        guard worker.watch(upstream) else {
            Glibc.close(descriptor)
            return nil
        }
        return upstream
    }

    private func append(_ head: RequestHead, _ bytes: ByteView, _ rewriting: RequestRewriting, to output: Buffer) {
        let settings = worker.settings
        var isSecure = door.kind == .https || (door.kind == .api && settings.isPublicSecure)
        // The front end behind a Unix socket is believed: the last address is the one it saw.
        var believed: ByteView?
        if door.kind == .unix {
            isSecure = settings.isPublicSecure
            if let proto = head.fields.first(.forwardedProto) { isSecure = bytes[proto].equalsIgnoringCase("https") }
            for field in head.fields.all where field.kind == .forwardedFor {
                bytes[field.value].forEachListElement { believed = $0 }
            }
        }
        let requestID = worker.nextRequestID()
        exchange.record?.requestID = requestID
        address.withUnsafeBytes { own in
            settings.publicPort.withUnsafeBytes { port in
                settings.publicHost.withUnsafeBytes { host in
                    rewriting.append(
                        head, bytes,
                        Provenance(
                            address: believed ?? ByteView(own), isSecure: isSecure, port: ByteView(port),
                            host: ByteView(host), requestID: requestID),
                        to: output)
                }
            }
        }
    }

    private func connecting(
        to target: Target, failed error: HostileSocketError, _ head: RequestHead, _ bytes: ByteView
    ) {
        let key: ServerKey
        switch target.place {
        case .hub:
            worker.logger.error("the hub does not answer: \(error)")
            return answer(.serviceUnavailable, "the hub does not answer yet")
        case .service(let service):
            worker.logger.warning("the service \(service.name) does not answer: \(error)")
            return answer(.badGateway, "this service does not answer")
        case .server(let server, _): key = server
        }
        switch error {
        case .notListening(let cause) where cause.code == EAGAIN:
            answer(.serviceUnavailable, "the server has too many connections waiting")
        case .notListening:
            answerNotRunning(head, bytes)
        case .failed(let cause) where cause.code == ENOENT:
            answerNotRunning(head, bytes)
        case .notASocket, .wrongListener, .failed:
            worker.logger.warning("refused to talk to the server \(key): \(error)")
            answer(
                .badGateway,
                "what listens in the place of this server is not this server; stop it and start it again")
        }
    }
}
