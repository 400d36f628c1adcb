import Glibc
import Reactor

/// A connection to the hub or to a server; at any time it serves one client or waits in
/// its target's pool.
final class Upstream: Endpoint {
    let target: Target
    /// Nil while unused.
    var client: Client?
    /// It has served a request before, so its server may have closed it meanwhile.
    var isReused = false

    init(worker: Worker, descriptor: CInt, target: Target) {
        self.target = target
        super.init(worker: worker, wire: Wire(descriptor: descriptor))
    }

    override func ready(_ events: ReadyEvents) {
        wire.note(events)
        if let client {
            target.note(in: worker)
            client.proceed()
        } else if !events.isDisjoint(with: [.readable, .peerFinished, .hungUp, .failed]) {
            // Nothing was asked, so there is nothing to hear but the end.
            retire()
        }
    }

    override func deadlinePassed() {
        if client == nil { retire() }
    }

    /// Keeps the connection for the next request, or closes it.
    func release(reusable: Bool) {
        client = nil
        guard reusable, !target.isGone, !wire.peerFinished, input == nil, isFlushed, !worker.isDraining,
            target.idle.count < worker.limits.upstreamIdleConnections
        else {
            closeWire()
            return
        }
        isReused = true
        target.idle.append(self)
        worker.loop.setDeadline(of: self, after: worker.limits.upstreamIdle)
    }

    private func retire() {
        target.idle.removeAll { $0 === self }
        closeWire()
    }
}
