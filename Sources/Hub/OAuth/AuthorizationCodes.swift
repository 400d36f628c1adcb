import Accounts
import Foundation
import Synchronization
import TLS

/// The codes that a client can have a token for, each once and within a minute (RFC 6749, 4.1.2). In memory:
/// after a restart a visitor comes again.
final class AuthorizationCodes: Sendable {
    /// What a code stands for.
    struct Grant: Sendable {
        let client: String
        /// The redirect URI as the client wrote it.
        let callback: String
        let account: String
        /// The visitor's log-in, which the token ends with.
        let session: String
        let scopes: [String]
        /// The challenge of PKCE with the method S256 (RFC 7636); nil where the client sent none.
        let challenge: String?
    }

    private static let lifetime = Duration.seconds(60)
    private let waiting = Mutex<[Digest: (grant: Grant, end: ContinuousClock.Instant)]>([:])

    func issue(_ grant: Grant) -> String {
        let code = RandomText.secret()
        let now = ContinuousClock.now
        waiting.withLock { waiting in
            waiting = waiting.filter { now < $0.value.end }
            waiting[Digest(sha256: code.utf8)] = (grant, now + Self.lifetime)
        }
        return code
    }

    /// The grant of a code, which is used up by that whatever comes of it.
    func redeem(_ code: String) -> Grant? {
        guard let (grant, end) = waiting.withLock({ $0.removeValue(forKey: Digest(sha256: code.utf8)) }), .now < end else { return nil }
        return grant
    }
}

extension AuthorizationCodes.Grant {
    /// Whether `verifier` is what the challenge was made of; nothing is as good as nothing (RFC 7636, 4.6).
    func isProved(by verifier: String?) -> Bool {
        guard let challenge else { return verifier == nil }
        guard let verifier else { return false }
        let text = Data(Digest(sha256: verifier.utf8).bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return text == challenge
    }
}
