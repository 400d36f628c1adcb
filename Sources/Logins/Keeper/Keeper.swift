import Glibc
import LauncherProtocol
import PAM
import Secrets
import UnixSockets

/// The keeper's life: authentication, account, password change, credentials, session, keeping.
final class Keeper {
    private let order: KeeperOrder
    /// The launcher during the login; nil afterwards.
    private var launcher: KeeperChannel?

    init(order: KeeperOrder, channel: KeeperChannel) {
        self.order = order
        launcher = channel
    }

    func run() -> Int32 {
        do {
            let transaction = try PAMTransaction(service: order.service, user: order.account) { [unowned self] in
                respond(to: $0)
            }
            defer { transaction.end() }
            let account = try authenticate(transaction)
            let session = OpenedSession(transaction: transaction)
            do {
                try open(session, of: account)
                guard order.holds else {
                    launcher?.send(.established)
                    return 0
                }
                let desk = try SessionDesk(path: order.socket, session: KeptSession(account: account, retired: false))
                guard launcher?.send(.established) == true else { throw BrokenOff() }
                alarm(0)
                launcher = nil
                desk.serve { session.close() }
                return 0
            } catch {
                _ = session.close()
                throw error
            }
        } catch {
            launcher?.send(.failed(reason: "\(error)"))
            return 1
        }
    }

    /// Returns the canonical name of an account that PAM and the launcher's policy let in.
    private func authenticate(_ transaction: PAMTransaction) throws -> String {
        try transaction.set(.remoteHost, to: order.address)
        try transaction.set(.terminal, to: "berth")
        try transaction.authenticate()
        guard let account = transaction.user else { throw NoName() }
        launcher?.send(.authenticated(account: account))
        // Before the account phase: a refused account gets no dialogue that a wrong password would not get.
        guard case .note(.proceed) = launcher?.receive() else { throw BrokenOff() }
        if try transaction.checkAccount() == .passwordExpired { try changePassword(transaction) }
        return account
    }

    /// One slip of the finger ends `pam_chauthtok` for most modules; the person, who is
    /// known by now, gets two more tries, with what the module said about the last one.
    private func changePassword(_ transaction: PAMTransaction) throws {
        for _ in 1..<3 {
            do throws(PAMError) {
                return try transaction.changeExpiredPassword()
            } catch {
                guard error.isAboutNewPassword else { throw error }
            }
        }
        try transaction.changeExpiredPassword()
    }

    private func open(_ session: OpenedSession, of account: String) throws {
        if order.setCredentials { try session.establishCredentials() }
        if order.openSession { try session.open() }
        // The policy has seen this name and no other.
        guard session.transaction.user == account else { throw NameChanged() }
    }

    private func respond(to messages: [PAMMessage]) -> [Secret?]? {
        let prompts = messages.count { $0.isPrompt }
        let translated = messages.map(LoginMessage.init)
        guard prompts > 0 else {
            launcher?.send(.told(translated))
            return messages.map { _ in nil }
        }
        // After the login nobody is there to answer.
        guard let launcher, launcher.send(.asked(translated)),
            case .answers(let answers) = launcher.receive(), answers.count == prompts
        else { return nil }
        var next = answers.makeIterator()
        return messages.map { message in
            guard message.isPrompt, let answer = next.next() else { return nil }
            // No password has these bytes (as sshd does for accounts that it refuses).
            return order.decoy ? Secret("\u{8}\n\r\u{7F}INCORRECT") : answer
        }
    }

    private struct BrokenOff: Error, CustomStringConvertible {
        let description = "the launcher broke the conversation off"
    }
    private struct NoName: Error, CustomStringConvertible {
        let description = "PAM has no name for the account"
    }
    private struct NameChanged: Error, CustomStringConvertible {
        let description = "a module changed the account's name after it was checked"
    }
}

/// What has been opened on a transaction, so that exactly that is closed again.
private final class OpenedSession {
    let transaction: PAMTransaction
    private var hasCredentials = false
    private var isOpen = false

    init(transaction: PAMTransaction) { self.transaction = transaction }

    func establishCredentials() throws(PAMError) {
        try transaction.establishCredentials()
        hasCredentials = true
    }

    func open() throws(PAMError) {
        try transaction.openSession()
        isOpen = true
    }

    /// Returns what PAM complained about, if anything.
    func close() -> String? {
        var complaints: [String] = []
        do throws(PAMError) { if isOpen { try transaction.closeSession() } } catch { complaints.append("\(error)") }
        do throws(PAMError) { if hasCredentials { try transaction.deleteCredentials() } } catch { complaints.append("\(error)") }
        (isOpen, hasCredentials) = (false, false)
        return complaints.isEmpty ? nil : complaints.joined(separator: "; ")
    }
}

extension LoginMessage {
    init(_ message: PAMMessage) {
        let style: Style =
            switch message.style {
            case .echoOn: .echoOn
            case .echoOff: .echoOff
            case .info: .info
            case .error: .error
            }
        self.init(style: style, text: message.text)
    }
}
