import CLinux
import Glibc
import Reactor
import TLS

/// A connected socket, with or without TLS, and what is known about its readiness.
///
/// Events come edge-triggered, so readiness is noted until the system takes it back.
struct Wire {
    enum Transfer: Equatable {
        case moved(Int)
        /// Not now; an event will tell.
        case blocked
        /// The peer will send no more.
        case ended
        /// The connection is broken.
        case failed
    }

    let descriptor: CInt
    let tls: TLSConnection?
    private(set) var canRead = true
    private(set) var canWrite = true
    /// The peer has closed its writing side, or everything.
    private(set) var peerFinished = false
    /// Nobody is there any more.
    private(set) var isHungUp = false
    // A TLS step in one direction may wait for the other.
    private var readWaitsForWriting = false
    private var writeWaitsForReading = false

    init(descriptor: CInt, tls: TLSConnection? = nil) {
        self.descriptor = descriptor
        self.tls = tls
    }

    mutating func note(_ events: ReadyEvents) {
        if !events.isDisjoint(with: [.readable, .peerFinished, .hungUp, .failed]) {
            canRead = true
            if writeWaitsForReading { canWrite = true }
        }
        if !events.isDisjoint(with: [.writable, .hungUp, .failed]) {
            canWrite = true
            if readWaitsForWriting { canRead = true }
        }
        if !events.isDisjoint(with: [.peerFinished, .hungUp, .failed]) { peerFinished = true }
        if !events.isDisjoint(with: [.hungUp, .failed]) { isHungUp = true }
    }

    mutating func handshake() -> Transfer {
        guard let tls else { return .moved(0) }
        switch tls.handshake() {
        case .done:
            // The first request may have come with the last of the handshake and lie in
            // OpenSSL's buffer already: no event will tell of it.
            canRead = true
            return .moved(0)
        case .wantsRead:
            canRead = false
            return .blocked
        case .wantsWrite:
            canWrite = false
            readWaitsForWriting = true
            return .blocked
        case .closed: return .ended
        case .failed: return .failed
        }
    }

    /// Reads once into the room of `buffer`, which must have some.
    mutating func read(into buffer: Buffer) -> Transfer {
        guard canRead else { return .blocked }
        return tls == nil ? readPlain(into: buffer) : readTLS(into: buffer)
    }

    /// Writes once from `bytes`, which must not be empty.
    mutating func write(_ bytes: ByteView) -> Transfer {
        guard canWrite else { return .blocked }
        return tls == nil ? writePlain(bytes) : writeTLS(bytes)
    }

    private mutating func readPlain(into buffer: Buffer) -> Transfer {
        let room = buffer.room
        let descriptor = descriptor
        let (count, code) = buffer.fill { space -> ((Int, CInt), filled: Int) in
            let count = recv(descriptor, space.baseAddress, space.count, 0)
            return ((count, errno), max(0, count))
        }
        if count > 0 {
            // The socket is empty; the next byte makes an event. An end that is known to
            // follow makes none.
            if count < room, !peerFinished { canRead = false }
            return .moved(count)
        }
        if count == 0 { return .ended }
        switch code {
        case EINTR: return .moved(0)
        case EAGAIN:
            canRead = false
            return .blocked
        default: return .failed
        }
    }

    private mutating func writePlain(_ bytes: ByteView) -> Transfer {
        let count = send(descriptor, bytes.raw.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        if count >= 0 {
            if count < bytes.count { canWrite = false }
            return .moved(count)
        }
        switch errno {
        case EINTR: return .moved(0)
        case EAGAIN:
            canWrite = false
            return .blocked
        default: return .failed
        }
    }

    private mutating func readTLS(into buffer: Buffer) -> Transfer {
        guard let tls else { return .failed }
        let result = buffer.fill { space -> (TLSResult, filled: Int) in
            let result = tls.read(into: space)
            if case .done(let count) = result { return (result, count) }
            return (result, 0)
        }
        readWaitsForWriting = result == .wantsWrite
        switch result {
        case .done(let count): return .moved(count)
        case .wantsRead, .wantsWrite:
            canRead = false
            return .blocked
        case .closed: return .ended
        case .failed: return .failed
        }
    }

    private mutating func writeTLS(_ bytes: ByteView) -> Transfer {
        guard let tls else { return .failed }
        let result = tls.write(bytes.raw)
        writeWaitsForReading = result == .wantsRead
        switch result {
        case .done(let count): return .moved(count)
        case .wantsRead, .wantsWrite:
            canWrite = false
            return .blocked
        case .closed, .failed: return .failed
        }
    }

    /// Tells the peer that nothing more will be written; reading goes on.
    mutating func finishWriting() {
        _ = tls?.finishWriting()
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Makes the coming close a reset, so that the peer can't take a cut answer for a whole one.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Whether an idle connection was closed by its peer, or has something to say unasked.
    func isStale() -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
        return count >= 0 || errno != EAGAIN
    }
}
