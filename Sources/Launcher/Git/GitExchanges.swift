import Foundation
import LauncherProtocol
import Logging
import Processes
import Store
import Synchronization
import UnixSockets

/// Git's answers to the gateway: each request is a run of `git http-backend`, whose input and output are the
/// gateway's own connection. Nothing of it passes through this process, and git goes at the client's pace.
actor GitExchanges {
    private let store: Store
    private let elsewhere: Elsewhere
    private let directory: String
    private let launcherSocket: String
    private let gateway: uid_t
    private let deadline: Double
    private let logger: Logger
    private let outdated: @Sendable (EnvironmentAccess.Subject) async -> [OutdatedServer]
    private var exchanges: [String: Exchange] = [:]

    private enum Bound {
        /// Exchanges of one account, and of all.
        static let ofOne = 6
        static let ofAll = 32
        /// Seconds for receiving and sending, beside the build.
        static let transfer = 600.0
        /// Seconds of silence, and bytes, after which what git has not read is not waited for.
        static let silence = 30.0
        static let drained = 1 << 30
    }

    /// One request.
    private final class Exchange: Sendable {
        let subject: EnvironmentAccess.Subject
        /// What the hooks of this push are known by.
        let secret = SocketForOne.randomName()
        let child = Mutex<ChildProcess?>(nil)
        /// What solves and builds for it.
        let judging = Mutex<Task<Result<Store.JudgedPush, StoreError>, Never>?>(nil)
        let state = Mutex(GitExchangeState<Store.JudgedPush, CheckedContinuation<Void, Never>>())

        init(_ subject: EnvironmentAccess.Subject) { self.subject = subject }
    }

    /// - Parameters:
    ///   - deadline: seconds that a push's build may take.
    ///   - outdated: The servers of whoever pushes that have to be restarted to work with what was pushed.
    init(
        store: Store, elsewhere: Elsewhere, runtime: String, launcherSocket: String, gateway: uid_t, deadline: Double, logger: Logger,
        outdated: @escaping @Sendable (EnvironmentAccess.Subject) async -> [OutdatedServer]
    ) {
        self.outdated = outdated
        self.store = store
        self.elsewhere = elsewhere
        directory = runtime + "/git"
        self.launcherSocket = launcherSocket
        self.gateway = gateway
        self.deadline = deadline
        self.logger = logger
    }

    /// Begins an exchange for somebody who has the right to it.
    func open(_ request: GitRequest, about subject: EnvironmentAccess.Subject) async throws(LauncherError) -> OpenGit.Outcome {
        let underWay = exchanges.values.filter { exchange in !exchange.state.withLock { $0.hasEnded } }
        guard underWay.count < Bound.ofAll, underWay.count(where: { $0.subject.actor.uid == subject.actor.uid }) < Bound.ofOne else {
            throw LauncherError(.exhausted, "Too many clones and pushes are under way. Try again in a moment.")
        }
        let exchange = Exchange(subject)
        let id = SocketForOne.randomName()
        exchanges[id] = exchange
        do throws(LauncherError) {
            let service = try await service(of: subject)
            let socket = try socket(id)
            let variables = service.environment + variables(of: request, exchange)
            // A thread of its own: it waits for the gateway, and then for git.
            let thread = Thread { [self] in
                serve(socket, service.command, variables, exchange)
                Task { await ended(id) }
            }
            thread.name = "git"
            thread.start()
            return OpenGit.Outcome(exchange: id, socket: socket.path)
        } catch {
            exchanges[id] = nil
            throw error
        }
    }

    /// Waits for the end of an exchange, and tells what came of it.
    func close(_ id: String, of account: String) async throws(LauncherError) -> CloseGit.Outcome {
        guard let exchange = exchanges[id], exchange.subject.actor.name == account else {
            throw LauncherError(.notFound, "There is no such exchange with git.")
        }
        exchange.child.withLock { $0 }?.kill()
        await withCheckedContinuation { continuation in
            if !exchange.state.withLock({ $0.wait(continuation) }) { continuation.resume() }
        }
        exchanges[id] = nil
        return exchange.state.withLock { $0.outcome }
    }

    /// Answers the hook `pre-receive`.
    func judge(_ call: JudgePush, progress: @escaping @Sendable (BuildProgress) -> Void) async throws(LauncherError) {
        let exchange = try pushing(call.push)
        let subject = exchange.subject
        // A push that only names releases builds nothing, and reports nothing.
        let report = { @Sendable [elsewhere] (step: BuildProgress) in
            let build = exchange.state.withLock { state in
                let build =
                    state.build
                    ?? elsewhere.begin(subject.actor.name, subject.reference, .push, call: JudgePush.name) {
                        exchange.judging.withLock { $0 }?.cancel()
                    }
                state.build = build
                return build
            }
            elsewhere.report(step, of: build)
            progress(step)
        }
        let judging = Task { [store] () async -> Result<Store.JudgedPush, StoreError> in
            do throws(StoreError) {
                return .success(
                    try await store.judge(
                        call.updates, quarantine: call.quarantine, of: subject.name, for: subject.owner, progress: report))
            } catch { return .failure(error) }
        }
        exchange.judging.withLock { $0 = judging }
        do throws(StoreError) {
            let judged = try await judging.value.get()
            if exchange.state.withLock({ $0.take(judged, tags: judged.tags) }) { return }
            // Whoever pushed hung up while it was built.
            await store.abandon(judged)
        } catch {
            let told = end(exchange, LauncherError(error))
            exchange.state.withLock { $0.outcome.refusal = told.message.english }
            throw told
        }
        throw LauncherError(.notFound, "The push was given up.")
    }

    /// Answers the hook `proc-receive`.
    func record(_ call: RecordPush) async throws(LauncherError) -> RecordPush.Outcome {
        let exchange = try pushing(call.push)
        guard let judged = exchange.state.withLock({ $0.giveJudged() }) else { throw LauncherError(.invalid, "This push was not judged.") }
        do throws(StoreError) {
            let version = try await store.record(judged, update: call.update)
            exchange.state.withLock { $0.outcome.version = version }
            return RecordPush.Outcome(
                version: version, layers: await tellEnd(of: exchange, version: version),
                notices: judged.notices + (await outdated(exchange.subject)).map(\.sentence))
        } catch { throw end(exchange, LauncherError(error)) }
    }

    /// The version stands, whether or not it can be read again at once.
    private func tellEnd(of exchange: Exchange, version: String) async -> OwnLayers {
        let subject = exchange.subject
        // Whose servers start with a version that administrators have pinned has lost nothing by the new one.
        let pinned = (try? await store.assigned(to: subject.actor))?.version(of: subject.path)
        let layers = await store.ownLayers(
            over: subject.name, of: subject.owner.uid, for: subject.actor.uid, startingWith: pinned)
        do throws(StoreError) {
            let summary = try await store.inspect(subject.name, version: version, for: subject.owner.uid).summary
            end(exchange, .success(summary.named(subject.reference, right: subject.right, layers: layers)))
        } catch { end(exchange, .failure(LauncherError(error))) }
        return layers
    }

    /// Gives the error that was told.
    @discardableResult
    private nonisolated func end(_ exchange: Exchange, _ error: LauncherError) -> LauncherError {
        if case .failure(let told) = end(exchange, .failure(error)) { told } else { error }
    }

    @discardableResult
    private nonisolated func end(
        _ exchange: Exchange, _ result: Result<EnvironmentSummary, LauncherError>
    ) -> Result<EnvironmentSummary, LauncherError> {
        let build = exchange.state.withLock { state in
            defer { state.build = nil }
            return state.build
        }
        return build.map { elsewhere.end($0, result) } ?? result
    }

    private func service(of subject: EnvironmentAccess.Subject) async throws(LauncherError) -> GitService {
        do throws(StoreError) {
            return try await store.gitService(of: subject.name, for: subject.owner.uid)
        } catch { throw LauncherError(error) }
    }

    private func pushing(_ secret: String) throws(LauncherError) -> Exchange {
        guard let exchange = exchanges.values.first(where: { $0.secret == secret }) else {
            throw LauncherError(.notFound, "There is no such push.")
        }
        return exchange
    }

    private func ended(_ id: String) async {
        guard let exchange = exchanges[id] else { return }
        let (judged, waiting) = exchange.state.withLock { $0.end() }
        // Whoever pushed has hung up, or git has ended: nobody waits for it.
        exchange.judging.withLock { $0 }?.cancel()
        if let judged { await store.abandon(judged) }
        end(exchange, LauncherError(.failed, "The push came to nothing: the connection ended before git took it."))
        for continuation in waiting { continuation.resume() }
        // Whoever asks later what came of it has a moment.
        try? await Task.sleep(for: .seconds(SocketForOne.patience))
        exchanges[id] = nil
    }

    private nonisolated func socket(_ id: String) throws(LauncherError) -> SocketForOne {
        do throws(SystemCallError) { return try SocketForOne(at: "\(directory)/\(id)", for: gateway) } catch {
            throw LauncherError(.unavailable, "Git can't be asked at the moment: \(error).")
        }
    }

    /// Takes one connection and lets git answer it. **Blocks.**
    private nonisolated func serve(_ socket: SocketForOne, _ command: [String], _ variables: [String], _ exchange: Exchange) {
        guard let connection = socket.connection() else { return }
        defer { Glibc.close(connection) }
        let child: ChildProcess
        do throws(SystemCallError) {
            child = try ChildProcess(
                command, environment: variables, input: connection, output: connection, errors: STDERR_FILENO)
        } catch {
            return logger.error("git http-backend does not start: \(error)")
        }
        exchange.child.withLock { $0 = child }
        let status = child.waitForEnd(within: Bound.transfer + deadline)
        if status != 0 { logger.info("git http-backend ended with status \(status)") }
        Self.drain(connection)
    }

    /// Takes what git has left unread, up to its end. A connection that is closed before is reset, and what git said last
    /// would be lost on the way. **Blocks.**
    private static func drain(_ connection: CInt) {
        shutdown(connection, CInt(SHUT_WR))
        var patience = timeval(tv_sec: Int(Bound.silence), tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var left = Bound.drained
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while left > 0 {
            let count = read(connection, &bytes, bytes.count)
            guard count > 0 else { return }
            left -= count
        }
    }

    /// The CGI variables of a request (RFC 3875, 4.1).
    private nonisolated func variables(of request: GitRequest, _ exchange: Exchange) -> [String] {
        let (method, path, query, type) =
            switch request.service {
            case .offerFetch: ("GET", "/info/refs", "service=git-upload-pack", "")
            case .offerPush: ("GET", "/info/refs", "service=git-receive-pack", "")
            case .fetch: ("POST", "/git-upload-pack", "", "application/x-git-upload-pack-request")
            case .push: ("POST", "/git-receive-pack", "", "application/x-git-receive-pack-request")
            }
        var variables = [
            "REQUEST_METHOD=\(method)", "PATH_INFO=\(path)", "QUERY_STRING=\(query)", "CONTENT_TYPE=\(type)",
            "REMOTE_USER=\(exchange.subject.actor.name)", "\(PushHook.Variable.launcher)=\(launcherSocket)",
            "\(PushHook.Variable.push)=\(exchange.secret)",
        ]
        if request.isCompressed { variables.append("HTTP_CONTENT_ENCODING=gzip") }
        if let version = request.version { variables.append("GIT_PROTOCOL=version=\(version)") }
        return variables
    }
}
