/// When something that failed is tried again: soon at first, then less and less often.
enum Backoff {
    /// After so many failures nobody tries any more: about two days.
    static let attempts = 12

    /// Seconds until the next attempt, after `failures` of them; nil to give up.
    static func pause(after failures: Int) -> Double? {
        guard failures < attempts else { return nil }
        var seconds = 30.0
        for _ in 1..<max(failures, 1) { seconds = min(seconds * 3, 6 * 3600) }
        return seconds
    }
}
