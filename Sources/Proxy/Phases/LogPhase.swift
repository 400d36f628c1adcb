import Reactor

/// Phase 8: the request's line in the access log.
extension Client {
    func beginLog(_ head: RequestHead, _ bytes: ByteView) {
        let target = bytes[head.target]
        let path = target[0..<(target.firstIndex(of: 0x3F) ?? target.count)]
        exchange.record = AccessLog.Record(
            method: bytes[head.methodName].text, path: path.text, requestID: (0, 0))
    }

    /// Notes the line of the present exchange, once.
    func finishLog() {
        guard var record = exchange.record else { return }
        exchange.record = nil
        record.bytes = written - exchange.writtenBefore + (output?.count ?? 0)
        record.milliseconds = worker.loop.now - exchange.started
        worker.log(record)
    }
}
