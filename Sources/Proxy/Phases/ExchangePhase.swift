import Reactor

/// Phase 6: the request's body goes up while the response comes down.
extension Client {
    func runExchange() -> Bool {
        exchange.waitsForClient = false
        if exchange.isRequestOpen, sendRequest() { return phase != .closed }
        guard phase == .exchange else { return phase != .closed }
        if exchange.stage == .responseHead {
            guard readResponseHead() else { return phase != .closed && phase != .exchange }
            if exchange.stage == .tunnel { return true }
        }
        let isOver = sendResponse()
        watchForStall()
        return isOver && phase != .closed
    }

    /// Returns true where the exchange has ended with this.
    private func sendRequest() -> Bool {
        guard let upstream = exchange.upstream else { return true }
        switch exchange.request.run(from: self, to: upstream) {
        case .complete: exchange.isRequestOpen = false
        case .waitsForSource: exchange.waitsForClient = true
        case .waitsForSink: break
        case .yields: worker.loop.runAgain(self)
        case .sinkFailed:
            // The upstream may have answered before it closed.
            exchange.isRequestOpen = false
            exchange.isRequestBroken = true
        case .badFraming where exchange.stage == .responseHead:
            answer(.badRequest, "the body's framing is malformed", closes: true)
            return true
        case .badFraming, .sourceEnded, .sourceFailed:
            abort()
            return true
        }
        return false
    }

    /// Returns true where the response's head is on its way to the client.
    private func readResponseHead() -> Bool {
        guard let upstream = exchange.upstream else { return false }
        while true {
            if let input = upstream.input, !input.isEmpty {
                switch exchange.responseScanner.scan(input.readable, limit: worker.limits.head) {
                case .incomplete: break
                case .refused(let refusal):
                    refuseResponse(refusal)
                    return false
                case .complete(let length):
                    guard takeResponseHead(input.readable[0..<length]) else { return false }
                    upstream.consumeInput(length)
                    if exchange.stage != .responseHead { return true }
                    continue
                }
            }
            switch upstream.receive() {
            case .moved: continue
            case .blocked:
                watchForStall()
                return false
            case .ended, .failed:
                upstreamFailed(upstream)
                return false
            }
        }
    }

    /// Returns false where the exchange has ended with this.
    private func takeResponseHead(_ bytes: ByteView) -> Bool {
        guard let upstream = exchange.upstream else { return false }
        exchange.responseScanner.reset()
        do throws(HeadRefusal) {
            try worker.responseHead.parse(
                bytes, isAnswerToHEAD: exchange.isHEAD, fieldLimit: worker.limits.fields)
        } catch {
            refuseResponse(error)
            return false
        }
        let head = worker.responseHead
        guard head.status != 101 || exchange.isUpgrade, !(head.fields.isChunked && exchange.isHTTP10) else {
            refuseResponse(.malformedStatusLine)
            return false
        }
        if exchange.heldHead > 0 {
            consumeInput(exchange.heldHead)
            exchange.heldHead = 0
        }
        if head.isInterim {
            // Each is dealt with at once, so a server that never comes to the point would keep the whole loop.
            exchange.interimResponses += 1
            guard exchange.interimResponses <= worker.limits.interimResponses else {
                refuseResponse(.tooManyInterimResponses)
                return false
            }
            if exchange.isHTTP10 { return true }
        } else {
            settle(head)
        }
        let output = outputBuffer()
        ResponseRewriting(
            connection: head.isInterim ? .keep : connection(after: head),
            confinedTo: upstream.target.isHub ? nil : upstream.target.cookiePath,
            isSecure: worker.settings.isPublicSecure,
            hstsLine: head.isInterim ? [] : worker.settings.hstsLine
        ).append(head, bytes, to: output)
        guard !output.hasOverflowed else {
            output.clear()
            exchange.stage = .responseHead
            refuseResponse(.headTooLarge)
            return false
        }
        if head.isInterim, flush() == .failed {
            abort()
            return false
        }
        return true
    }

    /// Decides, now that the final head is here, what follows.
    private func settle(_ head: ResponseHead) {
        exchange.record?.status = head.status
        let milliseconds = worker.loop.now - exchange.started
        exchange.record?.upstreamMilliseconds = milliseconds
        if head.status == 101 {
            exchange.stage = .tunnel
            worker.loop.clearDeadline(of: self)
            exchange.request = Pump(BodyFraming(.untilClose))
            exchange.response = Pump(BodyFraming(.untilClose))
            return
        }
        exchange.stage = .responseBody
        exchange.response = Pump(head.framing)
        exchange.keepsUpstream = head.keepsAlive
        // An answer that comes before the request is over leaves a body that nobody wants.
        if exchange.isRequestOpen || exchange.isRequestBroken || head.framing.endsWithConnection || worker.isDraining {
            exchange.closesClient = true
        }
    }

    private func connection(after head: ResponseHead) -> ResponseRewriting.Connection {
        if head.status == 101 { return .upgrade }
        if exchange.closesClient { return .close }
        return exchange.isHTTP10 ? .keepAloud : .keep
    }

    /// Returns true where the exchange is over.
    private func sendResponse() -> Bool {
        guard let upstream = exchange.upstream else { return true }
        switch exchange.response.run(from: upstream, to: self) {
        case .complete: finishExchange()
        case .sourceEnded where exchange.response.framing.endsWithConnection: finishExchange()
        case .waitsForSource: return false
        case .waitsForSink:
            exchange.waitsForClient = true
            return false
        case .yields:
            worker.loop.runAgain(self)
            return false
        case .sourceEnded, .sourceFailed, .sinkFailed, .badFraming: abort()
        }
        return true
    }

    /// Everything is written to the client.
    private func finishExchange() {
        let isWhole = !exchange.isRequestOpen && !exchange.isRequestBroken
        exchange.upstream?.release(reusable: exchange.keepsUpstream && isWhole)
        exchange.upstream = nil
        finishLog()
        if exchange.closesClient || worker.isDraining {
            ending = isWhole && (input?.isEmpty ?? true) ? .close : .linger
        }
        exchange = Exchange()
        phase = .head
        worker.loop.setDeadline(of: self, after: worker.limits.idle)
    }

    /// The upstream closed, or broke, before it answered.
    private func upstreamFailed(_ upstream: Upstream) {
        let mayRepeat =
            upstream.isReused && exchange.heldHead > 0 && exchange.isIdempotent && (upstream.input?.isEmpty ?? true)
        guard mayRepeat, let input, input.count >= exchange.heldHead else {
            answer(.badGateway, "the server closed the connection without an answer", closes: exchange.isRequestBroken)
            return
        }
        // It had closed an unused connection just as it was taken; the others are no better.
        let target = upstream.target
        upstream.release(reusable: false)
        exchange.upstream = nil
        while let idle = target.idle.popLast() { idle.closeWire() }
        let bytes = input.readable[0..<exchange.heldHead]
        do throws(HeadRefusal) {
            try worker.requestHead.parse(bytes, fieldLimit: worker.limits.fields)
        } catch {
            abort()
            return
        }
        exchange.stage = .none
        exchange.isRequestOpen = true
        exchange.isRequestBroken = false
        exchange.request = Pump(worker.requestHead.framing)
        phase = .head
        route(worker.requestHead, bytes, headLength: exchange.heldHead)
    }

    private func refuseResponse(_ refusal: HeadRefusal) {
        worker.logger.warning("refused an upstream's response: \(refusal.reason)")
        answer(.badGateway, "the server's answer is malformed", closes: exchange.isRequestOpen)
    }

    /// A client that neither reads nor sends, though it could, gets a limited time.
    func watchForStall() {
        guard phase == .exchange else { return }
        if exchange.waitsForClient {
            worker.loop.setDeadline(of: self, after: worker.limits.stall)
        } else {
            worker.loop.clearDeadline(of: self)
        }
    }
}
