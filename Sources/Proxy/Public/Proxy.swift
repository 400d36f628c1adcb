import Glibc
import Logging
import Reactor
import Synchronization
import TLS
import UnixSockets

/// The gateway's data plane: accepts connections, and carries each request to the hub or
/// to the server that its path names.
///
/// ```swift
/// let proxy = try Proxy(configuration: configuration, logger: logger) { activity in … }
/// try proxy.start()
/// proxy.publish(published)
/// await proxy.stop()
/// ```
public final class Proxy: Sendable {
    private let configuration: ProxyConfiguration
    private let logger: Logger
    private let workers: [Worker]
    private let doors = Mutex<[Door]>([])

    /// Reads certificate and key. `onActivity` is called on an event loop's thread, so it
    /// hands the report on and returns.
    public init(
        configuration: ProxyConfiguration, logger: Logger,
        onActivity: @escaping @Sendable (Activity) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        let settings = try Settings(configuration)
        let tls = try Self.context(configuration, logger)
        let count = configuration.loops ?? max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        workers = try (0..<max(1, count)).map { _ in
            try Worker(settings: settings, tls: tls, logger: logger, onActivity: onActivity)
        }
    }

    /// Binds all listeners and starts the loops.
    public func start() throws {
        let opened = try doors.withLock { doors in
            guard doors.isEmpty else { throw ProxyError.alreadyStarted }
            doors = try Door.open(configuration.listeners)
            return doors
        }
        Self.raiseDescriptorLimit()
        for (number, worker) in workers.enumerated() {
            try worker.loop.start(named: "berth-loop-\(number)")
            worker.loop.post { worker.begin(opened) }
        }
    }

    /// Replaces what the proxy knows; every loop takes it over within its current round.
    public func publish(_ published: Published) {
        for worker in workers {
            worker.loop.post { worker.publish(published) }
        }
    }

    /// Reads certificate and key again; connections that stand keep the old ones. Where
    /// the new files are no good, the old stay in use and the error says why.
    public func reloadCertificate() throws {
        let tls = try Self.context(configuration, logger)
        for worker in workers {
            worker.loop.post { worker.tls = tls }
        }
    }

    /// Stops accepting, lets requests under way finish for at most `draining` seconds
    /// (nil: as configured), then closes everything.
    public func stop(draining: Double? = nil) async {
        let opened = doors.withLock { doors in
            defer { doors = [] }
            return doors
        }
        guard !opened.isEmpty else { return }
        let seconds = draining ?? configuration.drain
        await withTaskGroup { group in
            for worker in workers {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        worker.loop.post { worker.drain(within: seconds) { continuation.resume() } }
                    }
                }
            }
        }
        for door in opened { close(door.descriptor) }
    }

    /// What `body` does with the loops; empty where they do not serve. A ``stop(draining:)`` begins after it.
    func withOpenDoors<Result>(_ body: ([Worker]) -> [Result]) -> [Result] {
        doors.withLock { $0.isEmpty ? [] : body(workers) }
    }

    /// Where people come in after ``start()``: `ADDRESS:PORT` or a path, in the order of the configuration.
    public var boundAddresses: [String] { doors.withLock { $0.filter { $0.kind != .api }.map(\.name) } }

    /// Every connection takes two descriptors; the usual soft limit is 1024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func context(
        _ configuration: ProxyConfiguration, _ logger: Logger
    ) throws -> TLSServerContext? {
        guard let files = configuration.tls else {
            let needsTLS = configuration.listeners.contains { if case .https = $0 { true } else { false } }
            guard !needsTLS else { throw ProxyError.missingCertificate }
            return nil
        }
        let context = try TLSServerContext(certificate: files.certificate, key: files.key)
        for warning in context.warnings { logger.warning("\(warning)") }
        return context
    }
}
