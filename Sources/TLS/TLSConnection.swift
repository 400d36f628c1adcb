import COpenSSL
import Glibc

/// What became of a step on a non-blocking TLS connection.
public enum TLSResult: Sendable, Equatable {
    /// So many bytes were read or written; 0 for a finished handshake or shutdown.
    case done(Int)
    /// Try again when the descriptor can be read.
    case wantsRead
    /// Try again when the descriptor can be written.
    case wantsWrite
    /// The peer ended the stream: by its closing alert, or by closing the connection.
    case closed
    /// The connection is of no more use; ``TLSConnection/failure`` says why.
    case failed
}

/// The server's side of one TLS connection, right on a non-blocking descriptor that it does not own.
///
/// Not to be used by two threads at a time. The process must ignore `SIGPIPE`, because
/// OpenSSL writes with write(2).
public final class TLSConnection {
    private let pointer: OpaquePointer
    private var isUsable = true

    /// Why a step failed.
    public private(set) var failure: String?

    /// Prepares the server's side on `descriptor`; ``handshake()`` comes next.
    public init(_ context: TLSServerContext, descriptor: CInt) throws(TLSError) {
        guard let pointer = SSL_new(context.pointer) else {
            throw .library(call: "SSL_new", reason: takeOpenSSLReason())
        }
        guard SSL_set_fd(pointer, descriptor) == 1 else {
            SSL_free(pointer)
            throw .library(call: "SSL_set_fd", reason: takeOpenSSLReason())
        }
        SSL_set_accept_state(pointer)
        self.pointer = pointer
    }

    deinit { SSL_free(pointer) }

    /// The protocol's version, such as `TLSv1.3`.
    public var version: String { String(cString: SSL_get_version(pointer)) }

    /// Whether the client came back with a ticket.
    public var isResumed: Bool { SSL_session_reused(pointer) == 1 }

    /// Whether bytes lie decrypted, or read but not decrypted, in this connection.
    public var hasPending: Bool { SSL_has_pending(pointer) == 1 }

    /// Takes the handshake as far as it goes.
    public func handshake() -> TLSResult {
        step { SSL_do_handshake(pointer) }
    }

    /// Reads at most one record's worth of plain text into `buffer`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> TLSResult {
        var count = 0
        return step(count: &count) { SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &$0) }
    }

    /// Writes as much of `bytes`, which must not be empty, as the descriptor takes. After
    /// ``TLSResult/wantsWrite`` the same bytes must come again, from any address.
    public func write(_ bytes: UnsafeRawBufferPointer) -> TLSResult {
        var count = 0
        return step(count: &count) { SSL_write_ex(pointer, bytes.baseAddress, bytes.count, &$0) }
    }

    /// Tells the peer that nothing more will be written (the closing alert, RFC 8446 6.1);
    /// does not wait for the peer's. Reading goes on.
    public func finishWriting() -> TLSResult {
        guard isUsable, SSL_is_init_finished(pointer) == 1 else { return .failed }
        // 0 means that our alert is out and the peer's is not in.
        return step {
            let code = SSL_shutdown(pointer)
            return code == 0 ? 1 : code
        }
    }

    private func step(_ call: () -> CInt) -> TLSResult {
        var count = 0
        return step(count: &count) { _ in call() }
    }

    private func step(count: inout Int, _ call: (inout Int) -> CInt) -> TLSResult {
        guard isUsable else { return .failed }
        // An old entry would be taken for the reason of this call; clearing an empty queue is not free.
        if ERR_peek_error() != 0 { ERR_clear_error() }
        let code = call(&count)
        guard code != 1 else { return .done(count) }
        switch SSL_get_error(pointer, code) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            let reason = errno
            failure = reason == 0 ? "the peer closed the connection" : String(cString: strerror(reason))
        default:
            failure = takeOpenSSLReason()
        }
        isUsable = false
        return .failed
    }
}
