import Foundation
import LauncherProtocol
import Logging
import Processes
import Store
import Synchronization
import UnixSockets

/// Builds on their way out, as archives: each over a socket of its own, compressed as it goes, at the pace of
/// whoever takes it.
actor Archives {
    private let store: Store
    private let directory: String
    private let logger: Logger
    private var underWay: [UInt32: Int] = [:]

    private enum Bound {
        /// Archives of one account, and of all, at a time.
        static let ofOne = 2
        static let ofAll = 8
        /// Seconds for one.
        static let transfer = 4 * 3600.0
    }

    init(store: Store, runtime: String, logger: Logger) {
        self.store = store
        directory = runtime + "/archives"
        self.logger = logger
    }

    /// Sends a version's build, and returns when all of it has been taken.
    ///
    /// - Parameters:
    ///   - uid: whose process takes it.
    ///   - opened: told once, when it may be taken.
    func send(
        _ subject: EnvironmentAccess.Subject, version: String?, compression: PackEnvironment.Compression, to uid: UInt32,
        opened: @escaping @Sendable (PackEnvironment.Opened) -> Void
    ) async throws(LauncherError) {
        let person = subject.actor.uid
        guard underWay.values.reduce(0, +) < Bound.ofAll, underWay[person, default: 0] < Bound.ofOne else {
            throw LauncherError(.exhausted, "Too many archives are being taken away. Try again when one of them is done.")
        }
        underWay[person, default: 0] += 1
        defer { underWay[person] = underWay[person].flatMap { $0 > 1 ? $0 - 1 : nil } }
        try await pass(subject, version: version, compression, to: uid, opened)
    }

    private nonisolated func pass(
        _ subject: EnvironmentAccess.Subject, version: String?, _ compression: PackEnvironment.Compression, to uid: UInt32,
        _ opened: @escaping @Sendable (PackEnvironment.Opened) -> Void
    ) async throws(LauncherError) {
        try await inStore { () async throws(StoreError) in
            try await store.packing(subject.name, version: version, for: subject.owner.uid) { [self] pack async throws(StoreError) in
                let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
                    let thread = Thread { continuation.resume(returning: self.transfer(pack, compression, to: uid, opened)) }
                    thread.name = "archive"
                    thread.start()
                }
                return try result.get()
            }
        }
    }

    /// **Blocks.**
    private nonisolated func transfer(
        _ pack: EnvironmentPack, _ compression: PackEnvironment.Compression, to uid: UInt32,
        _ opened: @Sendable (PackEnvironment.Opened) -> Void
    ) -> Result<Void, StoreError> {
        do throws(SystemCallError) {
            let socket = try SocketForOne(at: "\(directory)/\(SocketForOne.randomName())", for: uid)
            opened(PackEnvironment.Opened(socket: socket.path, file: pack.name + compression.ending))
            guard let connection = socket.connection() else {
                return .failure(StoreError(.unavailable, "Nobody came for the archive."))
            }
            defer { close(connection) }
            return try compress(pack, compression, into: connection)
        } catch {
            logger.error("An archive can't be sent: \(error)")
            return .failure(
                StoreError(.unavailable, "The archive can't be sent at the moment. An administrator finds the reason in the log."))
        }
    }

    private nonisolated func compress(
        _ pack: EnvironmentPack, _ compression: PackEnvironment.Compression, into connection: CInt
    ) throws(SystemCallError) -> Result<Void, StoreError> {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemCallError("pipe") }
        let (input, output) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let command =
            switch compression {
            // Level 4: twice as fast as gzip's own choice, and hardly larger.
            case .gzip: ["gzip", "-n", "-4"]
            // On one core, so that one archive doesn't take the host; the same bytes on every host.
            case .zstd: ["zstd", "--quiet", "-3", "--threads=1", "--stdout"]
            }
        let child: ChildProcess
        do throws(SystemCallError) {
            defer { close(input) }
            child = try ChildProcess(
                command, environment: ["PATH=/usr/bin:/bin"], input: input, output: connection, errors: STDERR_FILENO)
        } catch {
            close(output)
            throw error
        }
        let written = Pipeline(pack, into: output)
        let status = child.waitForEnd(within: Bound.transfer)
        let result = written.result()
        guard status == 0 else { return .failure(StoreError(.unavailable, "The archive was not taken to its end.")) }
        return result
    }
}

/// An archive that is written on a thread of its own.
private final class Pipeline: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Result<Void, StoreError>>(.success(()))

    /// Closes `output` at the end: whoever reads from it then knows.
    init(_ pack: EnvironmentPack, into output: CInt) {
        let thread = Thread { [self] in
            do throws(StoreError) { try pack.write(to: output) } catch { outcome.withLock { $0 = .failure(error) } }
            close(output)
            done.signal()
        }
        thread.name = "archive-write"
        thread.start()
    }

    /// **Blocks** until it is written.
    func result() -> Result<Void, StoreError> {
        done.wait()
        return outcome.withLock { $0 }
    }
}

extension LauncherHandlers {
    /// Answers the call about archives.
    mutating func answerArchives(with access: EnvironmentAccess, _ archives: Archives) {
        on(PackEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(call.environment, of: call.account, for: context.caller, needs: .use)
            try await archives.send(
                subject, version: call.version, compression: call.compression, to: context.caller.uid, opened: context.report)
            return Done()
        }
    }
}
