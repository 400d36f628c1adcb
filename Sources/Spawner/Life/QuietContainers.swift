import Synchronization

/// Containers whose end is Berth's own doing, so that nobody is told it as news.
final class QuietContainers: Sendable {
    enum Silence { case exit, everything }

    private struct Entry {
        let silence: Silence
        let since: ContinuousClock.Instant
    }

    private let entries = Mutex<[String: Entry]>([:])

    func add(_ container: String, _ silence: Silence) {
        let now = ContinuousClock.now
        entries.withLock { entries in
            // By then the engine has told all there was to tell.
            entries = entries.filter { now - $0.value.since < .seconds(600) }
            entries[container] = Entry(silence: silence, since: now)
        }
    }

    subscript(container: String) -> Silence? {
        entries.withLock { $0[container]?.silence }
    }
}
