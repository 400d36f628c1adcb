import Glibc
import Reactor

/// Phase 2: a request's head is read and checked.
extension Client {
    func readHead() -> Bool {
        switch flush() {
        case .moved: break
        case .blocked:
            worker.loop.setDeadline(of: self, after: worker.limits.stall)
            return false
        case .ended, .failed:
            close()
            return false
        }
        guard ending == .next else { return end() }
        if let input, !input.isEmpty {
            switch scanner.scan(input.readable, limit: worker.limits.head) {
            case .complete(let length): return takeHead(length)
            case .refused(let refusal): return refuse(refusal)
            case .incomplete: noteBeginning()
            }
        }
        switch receive() {
        case .moved: return true
        case .blocked: return false
        case .ended, .failed:
            close()
            return false
        }
    }

    /// From its first byte on a head has its own, shorter time.
    private func noteBeginning() {
        guard !isHeadBegun else { return }
        isHeadBegun = true
        worker.loop.setDeadline(of: self, after: worker.limits.headTime)
    }

    private func takeHead(_ length: Int) -> Bool {
        guard let input else { return false }
        isHeadBegun = false
        scanner.reset()
        worker.loop.clearDeadline(of: self)
        let bytes = input.readable[0..<length]
        do throws(HeadRefusal) {
            try worker.requestHead.parse(bytes, fieldLimit: worker.limits.fields)
        } catch {
            return refuse(error)
        }
        beginExchange(with: worker.requestHead, bytes)
        route(worker.requestHead, bytes, headLength: length)
        return phase != .closed
    }

    /// What comes after a head that is no head can't be told from it: the connection ends.
    private func refuse(_ refusal: HeadRefusal) -> Bool {
        worker.logger.debug("refused a request: \(refusal.reason)")
        isHeadBegun = false
        beginRefusedExchange()
        answer(refusal.status, refusal.reason, closes: true)
        return true
    }

    private func beginExchange(with head: RequestHead, _ bytes: ByteView) {
        let closes = exchange.closesClient && worker.isDraining
        exchange = Exchange()
        worker.counters.requests += 1
        exchange.closesClient = closes || !head.keepsAlive
        exchange.isHEAD = head.method == .head
        exchange.isHTTP10 = head.version == .http10
        exchange.isUpgrade = head.upgrade != nil
        exchange.isIdempotent = head.method.isIdempotent
        exchange.isRequestOpen = true
        exchange.request = Pump(head.framing)
        exchange.started = worker.loop.now
        exchange.writtenBefore = written
        if worker.accessLog.isOn { beginLog(head, bytes) }
    }

    private func beginRefusedExchange() {
        exchange = Exchange()
        exchange.started = worker.loop.now
        exchange.writtenBefore = written
    }

    /// Everything is written: the connection ends as it was decided.
    private func end() -> Bool {
        if ending == .linger {
            wire.finishWriting()
            phase = .lingering
            worker.loop.setDeadline(of: self, after: 2)
            return true
        }
        close()
        return false
    }

    /// Reads and drops, until the client has seen the end or its time is over.
    func linger() -> Bool {
        input?.clear()
        switch receive() {
        case .moved: return true
        case .blocked: return false
        case .ended, .failed:
            close()
            return false
        }
    }
}
