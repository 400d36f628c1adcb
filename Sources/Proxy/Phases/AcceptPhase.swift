import Glibc
import Reactor
import TLS
import UnixSockets

/// Phase 1: a connection comes in.
extension Worker {
    /// Takes over a descriptor that an acceptor got.
    func accept(_ descriptor: CInt, from address: SocketAddress?, at door: Door) {
        guard door.kind != .unix || isFrontEnd(descriptor) else {
            Glibc.close(descriptor)
            return
        }
        var connection: TLSConnection?
        if door.kind == .https {
            do throws(TLSError) {
                guard let tls else { throw .library(call: "SSL_new", reason: "no certificate") }
                connection = try TLSConnection(tls, descriptor: descriptor)
            } catch {
                logger.error("can't take a connection: \(error)")
                Glibc.close(descriptor)
                return
            }
        }
        let client = Client(
            worker: self, wire: Wire(descriptor: descriptor, tls: connection), door: door,
            address: address.map { Array($0.host.utf8) } ?? localAddress(descriptor, at: door))
        guard watch(client) else {
            Glibc.close(descriptor)
            return
        }
        client.begin()
    }

    /// What stands for the address of a server's process: `uid:1000`. A front end says its clients' own.
    private func localAddress(_ descriptor: CInt, at door: Door) -> [UInt8] {
        guard door.kind == .api, let peer = try? PeerCredentials(of: descriptor) else { return [] }
        return Array("uid:\(peer.uid)".utf8)
    }

    /// Whether the process that connected to a Unix listener may speak for its clients.
    private func isFrontEnd(_ descriptor: CInt) -> Bool {
        guard let peer = try? PeerCredentials(of: descriptor) else { return false }
        if settings.frontEnds.contains(peer.uid) { return true }
        logger.warning("UID \(peer.uid) is not a front end (gateway.front_ends) and was turned away")
        return false
    }
}

extension Client {
    func begin() {
        phase = wire.tls == nil ? .head : .handshake
        worker.loop.setDeadline(
            of: self, after: phase == .handshake ? worker.limits.handshake : worker.limits.idle)
        proceed()
    }

    func shakeHands() -> Bool {
        switch wire.handshake() {
        case .moved:
            phase = .head
            worker.loop.setDeadline(of: self, after: worker.limits.idle)
            return true
        case .blocked: return false
        case .ended, .failed:
            if let reason = wire.tls?.failure { worker.logger.debug("TLS handshake failed: \(reason)") }
            close()
            return false
        }
    }
}
