/// What one event loop has done since it started, and how it is now.
public struct ProxyMeasure: Sendable, Equatable {
    /// Requests whose head was read.
    public var requests = 0
    /// Bytes of clients, without TLS.
    public var received = 0
    public var sent = 0
    /// Answers of 502 and 503 that the proxy gave in the place of an upstream.
    public var upstreamErrors = 0
    /// Clients' connections that are open.
    public var connections = 0
    /// Those of them that were upgraded: WebSockets.
    public var upgrades = 0
    /// How long the loop took to come to this question, in seconds.
    public var lag: Double = 0
}

extension Proxy {
    /// Asks every loop, in their order; empty before the proxy starts and once it stops.
    ///
    /// Loops count for themselves, without a lock, and are asked as they are told everything else.
    public func measure() async -> [ProxyMeasure] {
        let answers = withOpenDoors { workers in
            workers.map { worker in
                let asked = ContinuousClock.now
                return AsyncStream<ProxyMeasure> { continuation in
                    worker.loop.post {
                        var measure = worker.measure()
                        let lag = asked.duration(to: .now).components
                        measure.lag = Double(lag.seconds) + Double(lag.attoseconds) / 1e18
                        continuation.yield(measure)
                        continuation.finish()
                    }
                }
            }
        }
        var measures: [ProxyMeasure] = []
        for answer in answers {
            for await measure in answer { measures.append(measure) }
        }
        return measures
    }
}
