/// What one loop counts; plain integers that nobody else touches.
struct Counters {
    var requests = 0
    var upstreamErrors = 0
    /// Of connections that are closed; open ones have their own.
    var received = 0
    var sent = 0
}

extension Worker {
    /// The counts, with what connections that are still open have moved.
    func measure() -> ProxyMeasure {
        var measure = ProxyMeasure()
        measure.requests = counters.requests
        measure.upstreamErrors = counters.upstreamErrors
        measure.received = counters.received
        measure.sent = counters.sent
        forEachClient { client in
            measure.received += client.received
            measure.sent += client.written
            measure.connections += 1
            if client.phase == .exchange, client.exchange.stage == .tunnel { measure.upgrades += 1 }
        }
        return measure
    }
}
