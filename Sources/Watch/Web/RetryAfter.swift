import Foundation

/// How long a server asks to be left alone (`Retry-After`, RFC 9110, 10.2.3).
enum RetryAfter {
    /// Seconds from `now` on, at most a day; nil where the field is neither a number nor a date.
    static func seconds(_ field: String, now: Date) -> Double? {
        let text = field.trimmed
        let seconds: Double
        if let number = UInt32(text) {
            seconds = Double(number)
        } else {
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.timeZone = TimeZone(secondsFromGMT: 0)
            format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            guard let date = format.date(from: text) else { return nil }
            seconds = max(0, date.timeIntervalSince(now))
        }
        return min(seconds, 86_400)
    }
}
