import Foundation

/// A message of plain text (RFC 5322, RFC 2045).
struct MailMessage {
    let from: String
    let to: [String]
    let subject: String
    /// Lines ended by LF.
    let text: String
    let date: Date
    /// What no other message has.
    let identifier: String

    /// With CR LF, in ASCII alone.
    var bytes: [UInt8] {
        let header = [
            "Date: \(Self.dateText(date))", "From: Berth <\(from)>", "To: \(to.joined(separator: ",\r\n "))",
            "Subject: \(Self.encoded(subject))",
            "Message-ID: <\(identifier)@\(from.split(separator: "@").last ?? "localhost")>", "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
        ]
        return Array((header.joined(separator: "\r\n") + "\r\n\r\n" + Self.base64Lines(text.replacing("\n", with: "\r\n")) + "\r\n").utf8)
    }

    private static func dateText(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return format.string(from: date)
    }

    /// Encoded words of at most 75 characters, each with whole characters (RFC 2047).
    private static func encoded(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        var words: [String] = [""]
        for character in line {
            if (words[words.count - 1] + String(character)).utf8.count > 42 { words.append("") }
            words[words.count - 1].append(character)
        }
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func base64Lines(_ text: String) -> String {
        Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
    }
}
