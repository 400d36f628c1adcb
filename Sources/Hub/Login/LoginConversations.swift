import Foundation
import LauncherProtocol
import Secrets
import Synchronization

/// A log-in that waits for the person's next answers.
struct PendingLogin: Sendable {
    /// The conversation, as the launcher knows it.
    let login: String
    /// The name as the person typed it.
    let account: String
    /// Where to go afterwards, as it was asked for.
    let next: String?
    /// The password of the first form until PAM's first hidden prompt takes it.
    var password: Secret?
    /// What the present step shows, prompts and words alike.
    var messages: [LoginMessage] = []
    /// Answers that are known already, by the prompt's place among the prompts.
    var prepared: [Int: Secret] = [:]

    var prompts: [LoginMessage] { messages.filter(\.isPrompt) }
}

/// The log-ins under way, each bound to one browser by its pre-session cookie.
final class LoginConversations: Sendable {
    private struct Entry {
        let pending: PendingLogin
        let since: ContinuousClock.Instant
    }

    private enum Bound {
        /// Far beyond the launcher's own deadline, which ends conversations; here they only take room.
        static let age = Duration.seconds(900)
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Keeps `pending` for the browser; returns one that it replaces.
    func keep(_ pending: PendingLogin, browser: String) -> PendingLogin? {
        entries.withLock { entries in
            let now = ContinuousClock.now
            entries = entries.filter { now - $0.value.since < Bound.age }
            return entries.updateValue(Entry(pending: pending, since: now), forKey: browser)?.pending
        }
    }

    /// Takes the conversation `login` of the browser; nil where it is another's, or gone.
    func take(_ login: String, browser: String) -> PendingLogin? {
        entries.withLock { entries in
            guard let entry = entries[browser], entry.pending.login == login else { return nil }
            entries[browser] = nil
            return entry.pending
        }
    }
}
