import Synchronization

/// Words for the next page of a session, such as what PAM said last: shown once.
final class Notices: Sendable {
    private let waiting = Mutex<[String: [String]]>([:])

    func add(_ words: [String], session: String) {
        guard !words.isEmpty else { return }
        waiting.withLock { $0[session, default: []] += words }
    }

    func take(session: String) -> [String] { waiting.withLock { $0.removeValue(forKey: session) } ?? [] }

    func forget(session: String) { waiting.withLock { $0[session] = nil } }
}
