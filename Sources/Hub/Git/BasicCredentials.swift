import Foundation

/// `Authorization: Basic …` (RFC 7617): the one form in which git gives a password.
struct BasicCredentials {
    let password: String

    init?(_ authorization: String) {
        let words = authorization.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let data = Data(base64Encoded: String(words[1])),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        password = String(text[text.index(after: colon)...])
    }
}
