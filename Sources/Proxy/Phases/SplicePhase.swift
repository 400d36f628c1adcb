import Reactor

/// Phase 7: after 101 bytes go both ways, as they are, each way ending on its own.
extension Client {
    func runTunnel() -> Bool {
        guard let upstream = exchange.upstream else { return false }
        if !exchange.clientEnded {
            let result = exchange.request.run(from: self, to: upstream)
            guard goesOn(after: result) else { return false }
            if result == .sourceEnded {
                exchange.clientEnded = true
                upstream.wire.finishWriting()
            }
        }
        if !exchange.upstreamEnded {
            let result = exchange.response.run(from: upstream, to: self)
            guard goesOn(after: result) else { return false }
            if result == .sourceEnded {
                exchange.upstreamEnded = true
                wire.finishWriting()
            }
        }
        if exchange.clientEnded, exchange.upstreamEnded {
            finishLog()
            close()
        } else if exchange.clientEnded || exchange.upstreamEnded {
            // The other side has some time to take its leave.
            worker.loop.setDeadline(of: self, after: worker.limits.stall)
        }
        return false
    }

    /// Returns false where the tunnel has broken.
    private func goesOn(after result: Pump.Result) -> Bool {
        switch result {
        case .waitsForSource, .waitsForSink, .sourceEnded: return true
        case .yields:
            worker.loop.runAgain(self)
            return true
        case .complete, .sourceFailed, .sinkFailed, .badFraming:
            abort()
            return false
        }
    }
}
