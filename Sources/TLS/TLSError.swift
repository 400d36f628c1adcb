import COpenSSL
import Glibc

/// Why a certificate and its key can't be used, in words for the administrator.
public enum TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file can't be opened: `reason` is the system's.
    case unreadable(file: String, reason: String)
    /// A file is there, but not what it should be.
    case malformed(file: String, expected: String, reason: String)
    /// The key is encrypted; there is nobody to ask for its passphrase.
    case encryptedKey(file: String)
    /// The two don't belong together.
    case mismatch(certificate: String, key: String)
    /// OpenSSL itself failed.
    case library(call: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "can't read \(file): \(reason); check gateway.tls in berth.yaml and the rights of the file"
        case .malformed(let file, let expected, let reason):
            "\(file) is not \(expected) in PEM form (\(reason))"
        case .encryptedKey(let file):
            "the key in \(file) is encrypted; store it without a passphrase, readable by the gateway's account alone"
        case .mismatch(let certificate, let key):
            "the key in \(key) does not belong to the first certificate in \(certificate); the chain must begin with the server's own certificate"
        case .library(let call, let reason):
            "OpenSSL's \(call) failed: \(reason)"
        }
    }
}

/// Something that does not stop the server but should be known.
public enum TLSWarning: Sendable, Equatable, CustomStringConvertible {
    case expired(file: String, on: String)
    case notYetValid(file: String, until: String)

    public var description: String {
        switch self {
        case .expired(let file, let date):
            "the certificate in \(file) expired on \(date); browsers will refuse it until it is renewed"
        case .notYetValid(let file, let date):
            "the certificate in \(file) is not valid before \(date); check the clock of this host"
        }
    }
}

/// Takes the oldest entry of the thread's error queue and empties the queue.
func takeOpenSSLReason() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0 else { return "no reason given" }
    guard let reason = ERR_reason_error_string(code) else { return "error \(code)" }
    return String(cString: reason)
}
