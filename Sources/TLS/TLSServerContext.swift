import COpenSSL
import Glibc

/// A certificate, its key and the rules of the server's side: TLS 1.2 and 1.3, ALPN
/// `http/1.1`, session tickets without a cache on the server.
///
/// To change the certificate make a new context and use it for new connections; those
/// that stand keep the one they were made with.
///
/// ```swift
/// let context = try TLSServerContext(certificate: "/etc/berth/tls/fullchain.pem", key: "/etc/berth/tls/privkey.pem")
/// let connection = try TLSConnection(context, descriptor: socket)
/// ```
// @unchecked: an SSL_CTX counts its references atomically and may be shared by threads once it is set up (CRYPTO threads(7)).
public final class TLSServerContext: @unchecked Sendable {
    let pointer: OpaquePointer

    /// What is wrong with the certificate without making it unusable.
    public let warnings: [TLSWarning]

    /// Reads a chain of certificates, leaf first, and its key from PEM files.
    public init(certificate: String, key: String) throws(TLSError) {
        try Self.checkReadable(certificate)
        try Self.checkReadable(key)
        guard let pointer = SSL_CTX_new(TLS_server_method()) else {
            throw .library(call: "SSL_CTX_new", reason: takeOpenSSLReason())
        }
        do throws(TLSError) {
            try Self.setRules(of: pointer)
            try Self.load(certificate: certificate, key: key, into: pointer)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
        self.pointer = pointer
        warnings = Self.warnings(about: pointer, file: certificate)
    }

    deinit { SSL_CTX_free(pointer) }

    private static func checkReadable(_ file: String) throws(TLSError) {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(file: file, reason: String(cString: strerror(errno))) }
        close(descriptor)
    }

    private static func setRules(of context: OpaquePointer) throws(TLSError) {
        guard berth_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1,
            SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
        else { throw .library(call: "SSL_CTX_set_cipher_list", reason: takeOpenSSLReason()) }
        SSL_CTX_set_options(context, BERTH_SSL_OPTIONS)
        _ = berth_SSL_CTX_set_mode(context, BERTH_SSL_MODES)
        _ = berth_SSL_CTX_set_read_ahead(context, 1)
        // The state of a resumed session travels in its ticket.
        _ = berth_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        let name: StaticString = "berth"
        SSL_CTX_set_session_id_context(context, name.utf8Start, UInt32(name.utf8CodeUnitCount))
        SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
    }

    private static func load(certificate: String, key: String, into context: OpaquePointer) throws(TLSError) {
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw .malformed(file: certificate, expected: "a certificate chain", reason: takeOpenSSLReason())
        }
        // Without a callback OpenSSL asks for a passphrase on the terminal.
        var wasAsked = false
        let loaded = withUnsafeMutablePointer(to: &wasAsked) { asked in
            SSL_CTX_set_default_passwd_cb(context) { _, _, _, asked in
                asked?.assumingMemoryBound(to: Bool.self).pointee = true
                return -1
            }
            SSL_CTX_set_default_passwd_cb_userdata(context, asked)
            defer { SSL_CTX_set_default_passwd_cb_userdata(context, nil) }
            return SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)
        }
        if wasAsked {
            ERR_clear_error()
            throw .encryptedKey(file: key)
        }
        guard loaded == 1 else {
            let code = ERR_peek_error()
            let mismatches = ERR_GET_LIB(code) == ERR_LIB_X509
            let reason = takeOpenSSLReason()
            throw mismatches
                ? .mismatch(certificate: certificate, key: key)
                : .malformed(file: key, expected: "a private key", reason: reason)
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            ERR_clear_error()
            throw .mismatch(certificate: certificate, key: key)
        }
    }

    private static func warnings(about context: OpaquePointer, file: String) -> [TLSWarning] {
        guard let leaf = SSL_CTX_get0_certificate(context) else { return [] }
        var warnings: [TLSWarning] = []
        if let end = X509_get0_notAfter(leaf), X509_cmp_current_time(end) < 0 {
            warnings.append(.expired(file: file, on: text(of: end)))
        }
        if let start = X509_get0_notBefore(leaf), X509_cmp_current_time(start) > 0 {
            warnings.append(.notYetValid(file: file, until: text(of: start)))
        }
        return warnings
    }

    private static func text(of time: UnsafePointer<ASN1_TIME>) -> String {
        var fields = tm()
        guard ASN1_TIME_to_tm(time, &fields) == 1 else { return "an unreadable date" }
        func padded(_ value: CInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(fields.tm_year + 1900)-\(padded(fields.tm_mon + 1))-\(padded(fields.tm_mday))"
    }
}

/// Chooses `http/1.1` where the client offers it; a client that offers only other
/// protocols is told so by an alert (RFC 7301, 3.2).
private let selectProtocol:
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
        UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
    ) -> CInt = { _, chosen, chosenLength, offered, offeredLength, _ in
        guard let chosen, let chosenLength, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        let offers = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
        let wanted: StaticString = "http/1.1"
        var position = 0
        while position < offers.count {
            let length = Int(offers[position])
            let end = position + 1 + length
            guard end <= offers.count else { break }
            if length == wanted.utf8CodeUnitCount, memcmp(offered + position + 1, wanted.utf8Start, length) == 0 {
                chosen.pointee = offered + position + 1
                chosenLength.pointee = UInt8(length)
                return SSL_TLSEXT_ERR_OK
            }
            position = end
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
