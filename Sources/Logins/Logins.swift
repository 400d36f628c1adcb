import Configuration
import Foundation
import LauncherProtocol
import Logging
import NSS
import Secrets
import UnixSockets

/// Logs people in through PAM: the launcher's answer to ``OpenLogin`` and its sisters.
///
/// Every login runs in a keeper, a process of its own (``PAMKeeper``), which holds the
/// PAM session until ``close(_:)``. Who is refused learns nothing: the same step comes at
/// the same time for a wrong password, an unknown name, root, or an account that the
/// configuration keeps out; the reason is in the log.
///
/// ```swift
/// let logins = Logins(configuration: configuration.login, runtime: configuration.runtime, logger: logger)
/// try await logins.start()
/// let opened = await logins.open(OpenLogin(account: "alice", address: "192.0.2.7"))
/// ```
public actor Logins {
    /// Logins under way: in all, for one account, and from one network.
    static let mostConversations = 64, mostPerAccount = 5, mostPerNetwork = 16

    private struct UnderWay {
        let conversation: Conversation
        let account: String
        let network: String
    }

    private let configuration: LoginConfiguration
    private let keeperCommand: [String]
    private let logger: Logger
    private let accounts = AccountDirectory()
    private let policy: AccountPolicy
    private var limit: AttemptLimit
    private var underWay: [String: UnderWay] = [:]
    let sessions: KeptSessions

    /// Sessions are kept in `<runtime>/logins`. `keeperCommand` runs ``PAMKeeper/main()``:
    /// the path of an executable and its arguments.
    public init(
        configuration: LoginConfiguration, runtime: String,
        keeperCommand: [String] = ["/proc/self/exe", "pam-keeper"], logger: Logger
    ) {
        self.configuration = configuration
        self.keeperCommand = keeperCommand
        self.logger = logger
        policy = AccountPolicy(configuration)
        limit = AttemptLimit(
            perAccount: configuration.attemptsPerAccount, perAddress: configuration.attemptsPerAddress,
            window: configuration.attemptWindow)
        sessions = KeptSessions(runtime: runtime, logger: logger)
    }

    /// Makes the directory of the sessions and takes over those that an earlier launcher
    /// has left. Call it before the first login.
    public func start() async throws(SystemCallError) { try await sessions.adopt() }

    /// Begins a login and waits until PAM asks something or has decided.
    public func open(_ call: OpenLogin) async -> OpenLogin.Outcome {
        let login = randomIdentifier()
        return OpenLogin.Outcome(login: login, step: await heard(begin(login, call)))
    }

    /// Hands PAM the answers to its last prompts, in order, and waits for what it wants next.
    /// A login that is over, or never was, gives ``LoginStep/failure``.
    public func answer(_ call: AnswerLogin, secrets: [Secret]) async -> LoginStep {
        guard let conversation = underWay[call.login]?.conversation else { return .failure }
        return await heard(conversation.answer(secrets))
    }

    /// Gives a login up.
    public func cancel(_ call: CancelLogin) -> Done {
        underWay[call.login]?.conversation.cancel()
        return Done()
    }

    /// Notes that a hub session has ended, and returns at once. With the last one of its
    /// keeper the PAM session closes, as soon as the account has no server.
    public func close(_ call: CloseLogin) async -> Done {
        await sessions.release(call.session)
        return Done()
    }

    /// Says which accounts have servers now: their PAM sessions stay open, because their
    /// homes may hang on them. Until this has been called once, no session is closed.
    public func serversChanged(running accounts: Set<String>) async {
        await sessions.serversChanged(running: accounts)
    }

    /// The account that ``LookUpAccount`` asks for.
    public func lookUp(_ call: LookUpAccount) async throws(LauncherError) -> Account {
        try await policyAccount(named: call.account)
    }

    /// The account `name` in its canonical spelling, if it may use Berth. Throws
    /// `.notFound` if it does not exist or may not, `.unavailable` if the name service does not answer.
    public func policyAccount(named name: String) async throws(LauncherError) -> Account {
        let found: Account?
        do throws(NameServiceError) {
            found = AccountPolicy.isPlausible(name) ? try await accounts.lookUp(named: name) : nil
        } catch {
            throw LauncherError(.unavailable, "\(error)")
        }
        guard let account = found, policy.refusal(of: account) == nil else {
            throw LauncherError(.notFound, "There is no account “\(loggable(name))” that may use Berth.")
        }
        return account
    }

    /// Where the caller has hung up nobody hears of the session, so nobody would ever close it.
    private func heard(_ step: LoginStep) async -> LoginStep {
        if case .success(_, let session, _) = step, Task.isCancelled { await sessions.release(session) }
        return step
    }

    private func begin(_ login: String, _ call: OpenLogin) async -> LoginStep {
        let begun = monotonicSeconds()
        let network = AttemptLimit.network(of: call.address)
        guard AccountPolicy.isPlausible(call.account) else {
            if let wait = limit.wait(account: "", address: call.address, at: begun) { return tooMany(call, wait) }
            limit.fail(account: nil, address: call.address, at: begun)
            logRefusal(of: call, "no account can have this name")
            try? await Task.sleep(for: .seconds(configuration.failureDelay))
            return .failure
        }
        let known = (try? await accounts.lookUp(named: call.account)) ?? nil
        let account = known?.name ?? call.account
        if let wait = limit.wait(account: account, address: call.address, at: begun) { return tooMany(call, wait) }
        guard underWay.count < Self.mostConversations,
            underWay.values.count(where: { $0.account == account }) < Self.mostPerAccount,
            underWay.values.count(where: { $0.network == network }) < Self.mostPerNetwork
        else { return tooMany(call, configuration.failureDelay) }

        let session = randomIdentifier()
        let order = KeeperOrder(
            service: configuration.service, account: call.account, address: call.address,
            decoy: known.flatMap(policy.refusal) != nil,
            openSession: configuration.openSession, setCredentials: configuration.setCredentials,
            socket: sessions.path(of: session), deadline: configuration.deadline)
        do throws(SystemCallError) {
            let conversation = try Conversation(order: order, command: keeperCommand)
            underWay[login] = UnderWay(conversation: conversation, account: account, network: network)
            let machine = LoginConversation(session: session, failureDelay: configuration.failureDelay, at: begun)
            return await conversation.begin(
                machine,
                in: Conversation.Surroundings(
                    check: { [self] in await check($0) },
                    finish: { [self] ending, keeper, callers in
                        await finish(login, call, order, ending, keeper: keeper, session: session, callers: callers)
                    }))
        } catch {
            logger.error("The process for a PAM conversation could not be started: \(error)")
            try? await Task.sleep(for: .seconds(configuration.failureDelay))
            return .failure
        }
    }

    private func check(_ name: String) async -> LoginConversation.Event {
        do throws(NameServiceError) {
            guard AccountPolicy.isPlausible(name), let account = try await accounts.lookUp(named: name) else {
                return .refused(reason: "PAM let “\(loggable(name))” in, but the name service knows no such account")
            }
            if let refusal = policy.refusal(of: account) { return .refused(reason: refusal) }
            return .allowed(account)
        } catch {
            return .refused(reason: "\(error)")
        }
    }

    private func finish(
        _ login: String, _ call: OpenLogin, _ order: KeeperOrder, _ ending: LoginConversation.Ending,
        keeper: KeeperProcess, session: String, callers: Int
    ) async {
        let account = underWay.removeValue(forKey: login)?.account ?? call.account
        switch ending {
        case .success(let canonical):
            limit.succeed(account: account)
            limit.succeed(account: canonical.name)
            logger.info("“\(loggable(canonical.name))” has logged in from \(loggable(call.address)).")
            if order.holds {
                await sessions.keep(session, of: canonical.name, process: keeper.process, holders: callers)
            }
        case .failure(let reason):
            limit.fail(account: account, address: call.address, at: monotonicSeconds())
            let refusedBefore = order.decoy ? ((try? await accounts.lookUp(named: account)) ?? nil).flatMap(policy.refusal) : nil
            logRefusal(of: call, refusedBefore ?? reason)
            unlink(order.socket)
        case .abandoned(let reason, let answered):
            // A guess that is taken back before it is judged is still a guess.
            if answered { limit.fail(account: account, address: call.address, at: monotonicSeconds()) }
            logger.info("A login of “\(loggable(call.account))” from \(loggable(call.address)) was given up: \(reason).")
            unlink(order.socket)
        }
    }

    private func tooMany(_ call: OpenLogin, _ wait: Double) -> LoginStep {
        logger.warning("A login of “\(loggable(call.account))” from \(loggable(call.address)) was not tried: too many attempts.")
        return .tooMany(retryAfter: max(1, Int(wait.rounded(.up))))
    }

    private func logRefusal(of call: OpenLogin, _ reason: String) {
        logger.notice("A login of “\(loggable(call.account))” from \(loggable(call.address)) was refused: \(reason).")
    }
}

/// 128 random bits in hexadecimal.
private func randomIdentifier() -> String {
    let bits = UInt128.random(in: 0...UInt128.max)
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
}
