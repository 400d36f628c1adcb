import Foundation
import Logging
import Synchronization
import UnixSockets

/// The launcher's end of the socket: takes connections, finds out who calls, and lets
/// ``LauncherHandlers`` answer.
///
/// One thread accepts and one thread a connection reads: there are as many connections
/// as gateways and command lines, so a handful. Each call runs as a task of its own and
/// is cancelled when its caller says so or hangs up.
public final class LauncherServer: Sendable {
    private let handlers: LauncherHandlers
    private let gatewayUID: UInt32
    private let gitUID: UInt32
    private let listener: CInt
    private let logger: Logger
    private let connections = Mutex<[ObjectIdentifier: Connected]>([:])

    private struct Connected {
        let connection: FrameConnection
        let uid: UInt32
    }

    /// What any account of the host may take of the launcher's threads, descriptors and memory.
    private enum Bound {
        /// Calls under way on one connection.
        static let calls = 8

        /// Connections of one UID; nil for any number.
        static func connections(_ role: CallerRole) -> Int? {
            switch role {
            case .gateway, .root: nil
            case .member: 8
            // One for each push.
            case .git: 64
            }
        }
    }

    /// Listens at `path`. Every account of the host may connect: what it may ask for is
    /// decided by its UID. `gatewayUID` is the account the gateway runs as, `gitUID` the one of git and its hooks.
    public init(
        path: String, gatewayUID: UInt32, gitUID: UInt32, handlers: LauncherHandlers, logger: Logger
    ) throws(SystemCallError) {
        self.handlers = handlers
        self.gatewayUID = gatewayUID
        self.gitUID = gitUID
        self.logger = logger
        listener = try listenOnUnixSocket(at: path, mode: 0o666)
    }

    deinit { close(listener) }

    /// Begins to take connections; returns at once.
    public func start() {
        let thread = Thread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor >= 0 {
                    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                    serve(FrameConnection(descriptor))
                } else if errno == EBADF || errno == EINVAL {
                    return
                } else if errno == EMFILE || errno == ENFILE {
                    logger.error("Out of file descriptors: a connection has to wait.")
                    usleep(100_000)
                }
            }
        }
        thread.name = "launcher-accept"
        thread.start()
    }

    /// Stops taking connections and hangs up those there are, as the end of the process would.
    public func stop() {
        shutdown(listener, CInt(SHUT_RDWR))
        for connected in connections.withLock({ Array($0.values) }) { connected.connection.hangUp() }
    }

    private func serve(_ connection: FrameConnection) {
        let caller: Caller
        do throws(SystemCallError) {
            let peer = try connection.peer()
            caller = Caller(role: role(of: peer.uid), uid: peer.uid, pid: peer.pid)
        } catch {
            logger.warning("A connection whose caller is unknown was dropped: \(error)")
            return connection.hangUp()
        }
        guard admit(connection, of: caller) else {
            logger.warning("UID \(caller.uid) (process \(caller.pid)) has as many connections as it may have; another was dropped.")
            return connection.hangUp()
        }
        let calls = CallsUnderWay(limit: Bound.connections(caller.role) == nil ? nil : Bound.calls)
        connection.startReading(name: "launcher-read") { [self] frame in
            switch frame.head.kind {
            case .call: begin(frame, from: caller, on: connection, among: calls)
            case .cancel: calls.cancel(frame.head.call)
            case .progress, .outcome, .failure: connection.hangUp()
            }
        } ended: { [self] error in
            connections.withLock { $0[ObjectIdentifier(connection)] = nil }
            if case .malformed(let what) = error {
                logger.warning("UID \(caller.uid) (process \(caller.pid)) sent \(what) and was cut off.")
            }
            // Whoever goes from a command line has given up what it asked for; the gateway comes back.
            calls.cancelAll(sparesLasting: caller.role == .gateway)
        }
    }

    private func admit(_ connection: FrameConnection, of caller: Caller) -> Bool {
        connections.withLock { connections in
            if let most = Bound.connections(caller.role), connections.values.count(where: { $0.uid == caller.uid }) >= most { return false }
            connections[ObjectIdentifier(connection)] = Connected(connection: connection, uid: caller.uid)
            return true
        }
    }

    private func role(of uid: UInt32) -> CallerRole {
        switch uid {
        case gatewayUID: .gateway
        case 0: .root
        case gitUID: .git
        default: .member
        }
    }

    private func begin(_ frame: Frame, from caller: Caller, on connection: FrameConnection, among calls: CallsUnderWay) {
        let id = frame.head.call
        let name = frame.head.name ?? ""
        guard let entry = handlers[name] else {
            return fail(
                id,
                LauncherError(
                    .invalid, "This launcher knows no call “\(name.prefix(64))”; the two halves are of different versions. Restart both."),
                on: connection)
        }
        guard entry.callers.contains(caller.role) else {
            logger.warning("UID \(caller.uid) (process \(caller.pid)) asked for \(name), which is not for a \(caller.role.rawValue).")
            return fail(id, LauncherError(.refused, "Your account may not ask the launcher for this (\(name))."), on: connection)
        }
        let begun = calls.begin(id, isLasting: entry.isLasting) { [logger] in
            do throws(LauncherError) {
                let outcome = try await entry.handle(frame.body, caller, frame.secrets) { progress in
                    connection.send(Frame(head: .init(call: id, kind: .progress), body: progress))
                }
                guard outcome.count <= Frame.Limit.body else {
                    throw LauncherError(
                        .failed,
                        "The answer to \(name) takes \(outcome.count >> 20) MiB, and at most \(Frame.Limit.body >> 20) are passed on.")
                }
                connection.send(Frame(head: .init(call: id, kind: .outcome), body: outcome))
            } catch {
                logger.debug("\(name) failed: \(error)")
                self.fail(id, error, on: connection)
            }
        }
        guard begun else {
            return fail(id, LauncherError(.conflict, "Too many of your requests are under way. Wait until one has ended."), on: connection)
        }
    }

    private func fail(_ call: UInt64, _ error: LauncherError, on connection: FrameConnection) {
        let body = (try? JSONEncoder().encode(error)) ?? Data()
        connection.send(Frame(head: .init(call: call, kind: .failure), body: body))
    }
}

/// The tasks of one connection, by call.
private final class CallsUnderWay: Sendable {
    private let limit: Int?
    private let state = Mutex<(tasks: [UInt64: (task: Task<Void, Never>, isLasting: Bool)], ended: Bool)>(([:], false))

    /// At most `limit` at a time; nil for any number.
    init(limit: Int?) { self.limit = limit }

    /// False, and nothing begun, where there are too many, or one of the same number.
    func begin(_ call: UInt64, isLasting: Bool, _ work: @escaping @Sendable () async -> Void) -> Bool {
        state.withLock { state in
            guard !state.ended, state.tasks[call] == nil, state.tasks.count < limit ?? .max else { return false }
            // The task waits for this lock before it can remove itself.
            let task = Task {
                await work()
                self.state.withLock { $0.tasks[call] = nil }
            }
            state.tasks[call] = (task, isLasting)
            return true
        }
    }

    func cancel(_ call: UInt64) { state.withLock { $0.tasks[call] }?.task.cancel() }

    func cancelAll(sparesLasting: Bool) {
        let calls = state.withLock { state in
            state.ended = true
            return Array(state.tasks.values)
        }
        for call in calls where !(sparesLasting && call.isLasting) { call.task.cancel() }
    }
}
