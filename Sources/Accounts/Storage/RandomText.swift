import Foundation

/// Random text for identifiers and secrets, from the system's generator (`getrandom(2)`).
public enum RandomText {
    /// 256 bits as 43 characters of base64url (RFC 4648, 5) without padding.
    public static func secret() -> String { base64url(bytes: 32) }

    /// 96 bits as 16 characters: unique, not secret.
    public static func identifier() -> String { base64url(bytes: 12) }

    private static func base64url(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
