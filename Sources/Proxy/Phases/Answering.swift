import Reactor

/// The proxy answers itself.
extension Client {
    /// Answers in the form that suits the request: JSON for a program, a page for a person.
    func answer(_ status: Status, _ message: StaticString, closes: Bool = false) {
        answer(
            LocalAnswer(status: status, message: message, body: exchange.wantsPage ? .page : .json), closes: closes)
    }

    /// Sends the browser to `location`.
    func redirect(to location: [UInt8], _ status: Status = .found) {
        answer(LocalAnswer(status: status, location: location), closes: false)
    }

    /// Answers, and drops what there is of the request. A body that is still to come is
    /// not worth reading: the connection ends instead.
    func answer(_ answer: LocalAnswer, closes: Bool) {
        var answer = answer
        let hasBody = !exchange.request.framing.isComplete
        let mustClose = closes || hasBody || exchange.closesClient || worker.isDraining
        answer.connection = mustClose ? .close : exchange.isHTTP10 ? .keepAloud : .keep
        answer.isAnswerToHEAD = exchange.isHEAD
        answer.hstsLine = worker.settings.hstsLine
        answer.append(to: outputBuffer())

        exchange.upstream?.release(reusable: false)
        exchange.upstream = nil
        if answer.status == .badGateway || answer.status == .serviceUnavailable { worker.counters.upstreamErrors += 1 }
        exchange.record?.status = answer.status.rawValue
        if exchange.heldHead > 0 { consumeInput(exchange.heldHead) }
        finishLog()
        exchange = Exchange()
        phase = .head
        ending = mustClose ? .linger : .next
        worker.loop.setDeadline(of: self, after: worker.limits.idle)
    }
}
