import LauncherProtocol

/// One login as a value: what happens goes in, what to do comes out.
///
/// It knows no process, clock or socket. Times are seconds of a clock that never goes back.
///
/// ```
/// working ──asked──▶ asking ──answered──▶ working
///    │ authenticated
///    ▼
/// checking ──allowed──▶ working ──established──▶ over: success
///    └─refused─┐
///              ▼
/// any failure: refusing ──the delay has passed──▶ over: failure
/// ```
struct LoginConversation: Sendable {
    /// What happens.
    enum Event: Sendable {
        /// PAM tells something that needs no answer.
        case told([LoginMessage])
        /// PAM asks.
        case asked([LoginMessage])
        /// PAM knows the person, under this name.
        case authenticated(account: String)
        /// The policy lets the account in.
        case allowed(Account)
        /// The policy does not.
        case refused(reason: String)
        /// Session and credentials are there.
        case established
        /// PAM refuses.
        case failed(reason: String)
        /// The keeper is gone.
        case keeperEnded(String)
        /// The person has answered so many prompts.
        case answered(count: Int)
        /// The person has given up.
        case cancelled
        /// The time for the whole conversation is up.
        case deadlinePassed
        /// The time that ``Action/waitUntil(_:)`` named has come.
        case delayPassed
    }

    /// What to do, in this order.
    enum Action: Sendable, Equatable {
        /// Hand the person's answers to the keeper.
        case sendAnswers
        /// Ask the policy about this account.
        case check(account: String)
        /// Tell the keeper to go on.
        case proceed
        /// Tell everybody who waits.
        case reply(LoginStep)
        case endKeeper
        /// Come back with ``Event/delayPassed`` at this time.
        case waitUntil(Double)
        /// The login is over, so: note it in limits and log, and forget the conversation.
        case finish(Ending)
    }

    /// How a login ended.
    enum Ending: Sendable, Equatable {
        case success(Account)
        /// Refused, for a reason that only the log learns.
        case failure(reason: String)
        /// Given up; `answered` if anything had been tried by then.
        case abandoned(reason: String, answered: Bool)
    }

    private enum State {
        /// PAM works, and somebody waits for the next step.
        case working
        /// The policy works, and somebody waits.
        case checking
        /// The person thinks; nobody waits.
        case asking(prompts: Int)
        /// Refused, but nobody is told yet.
        case refusing(reason: String)
        case over
    }

    private let session: String
    private let failureDelay: Double
    private var state = State.working
    /// When the last answer came, or the login began: every refusal is told at the same distance from it.
    private var since: Double
    private var answered = false
    private var account: Account?
    private var unseen: [LoginMessage] = []

    /// A login that begins at `now` and will be known as `session` if it succeeds.
    init(session: String, failureDelay: Double, at now: Double) {
        self.session = session
        self.failureDelay = failureDelay
        since = now
    }

    /// Takes `event`, which happens at `now`.
    mutating func handle(_ event: Event, at now: Double) -> [Action] {
        switch (state, event) {
        case (.working, .told(let messages)):
            unseen += messages
            return []
        case (.working, .asked(let messages)):
            state = .asking(prompts: messages.count { $0.isPrompt })
            defer { unseen = [] }
            return [.reply(.ask(unseen + messages))]
        case (.working, .authenticated(let name)) where account == nil:
            state = .checking
            return [.check(account: name)]
        case (.checking, .allowed(let account)):
            self.account = account
            state = .working
            return [.proceed]
        case (.working, .established):
            guard let account else { return refuse("the keeper opened a session that nobody had allowed", at: now) }
            state = .over
            return [.finish(.success(account)), .reply(.success(account: account, session: session, messages: unseen))]
        case (.checking, .refused(let reason)), (.working, .failed(let reason)):
            return refuse(reason, at: now)
        case (.working, .keeperEnded(let how)), (.checking, .keeperEnded(let how)):
            return refuse("the process of the PAM conversation ended by itself (\(how))", at: now)
        case (.working, .deadlinePassed), (.checking, .deadlinePassed):
            return refuse("PAM did not come to an end before the deadline", at: now)
        case (.working, .cancelled), (.checking, .cancelled):
            state = .over
            return [.endKeeper, .finish(.abandoned(reason: "cancelled", answered: answered)), .reply(.failure)]

        case (.asking(let prompts), .answered(let count)):
            since = now
            answered = true
            guard count == prompts else { return refuse("\(count) answers came to \(prompts) prompts", at: now) }
            state = .working
            return [.sendAnswers]
        case (.asking, .cancelled):
            return abandon("cancelled")
        case (.asking, .deadlinePassed):
            return abandon("no answer before the deadline")
        case (.asking, .failed(let reason)):
            return abandon(reason)
        case (.asking, .keeperEnded(let how)):
            return abandon("the process of the PAM conversation ended by itself (\(how))")

        case (.refusing(let reason), .delayPassed):
            state = .over
            return [.finish(.failure(reason: reason)), .reply(.failure)]
        case (.over, .answered):
            return [.reply(.failure)]
        default:
            // What comes too late, or twice, changes nothing; a second caller waits with the first.
            return []
        }
    }

    /// A refusal is told after the delay, or after the next multiple of it where PAM itself
    /// took longer, so that its time says as little as its words.
    private mutating func refuse(_ reason: String, at now: Double) -> [Action] {
        let told = unseen.map { "“\(loggable($0.text))”" }.joined(separator: ", ")
        state = .refusing(reason: told.isEmpty ? reason : "\(reason); PAM said \(told)")
        let periods = failureDelay > 0 ? max(1, ((now - since) / failureDelay).rounded(.up)) : 0
        return [.endKeeper, .waitUntil(max(now, since + periods * failureDelay))]
    }

    private mutating func abandon(_ reason: String) -> [Action] {
        state = .over
        return [.endKeeper, .finish(.abandoned(reason: reason, answered: answered))]
    }
}
