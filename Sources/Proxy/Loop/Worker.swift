import Logging
import Reactor
import TLS

/// One event loop of the proxy and everything that belongs to it alone.
// @unchecked: after `init` it is touched by its loop's thread only; others post to the loop.
final class Worker: @unchecked Sendable {
    let loop: EventLoop
    let settings: Settings
    let logger: Logger
    let pool = BufferPool()
    let hub: Target
    let services: [Target]
    private let onActivity: @Sendable (Activity) -> Void
    var accessLog: AccessLog

    var index = PublishedIndex()
    var activity = ActivityReport()
    var counters = Counters()
    var tls: TLSServerContext?
    private(set) var isDraining = false

    /// Reused for one head after the other.
    var requestHead = RequestHead()
    var responseHead = ResponseHead()

    private var acceptors: [Acceptor] = []
    private var ticker: Ticker?
    private var logTicker: Ticker?
    private let requestPrefix = UInt64.random(in: .min ... .max)
    private var requestCount: UInt64 = 0

    var limits: ProxyConfiguration.Limits { settings.limits }

    init(
        settings: Settings, tls: TLSServerContext?, logger: Logger,
        onActivity: @escaping @Sendable (Activity) -> Void
    ) throws(ReactorError) {
        loop = try EventLoop()
        self.settings = settings
        self.tls = tls
        self.logger = logger
        self.onActivity = onActivity
        hub = Target(.hub(path: settings.hubSocket))
        services = settings.services.map { Target(.service($0)) }
        accessLog = AccessLog(logger: logger)
    }

    /// Begins to accept from listening sockets that all workers share.
    func begin(_ doors: [Door]) {
        for door in doors {
            let acceptor = Acceptor(loop: loop, listening: door.descriptor) { [self] descriptor, address in
                accept(descriptor, from: address, at: door)
            }
            acceptors.append(acceptor)
            watch(acceptor, shared: true)
        }
        let ticker = Ticker { [self] in tick() }
        self.ticker = ticker
        watch(ticker)
        loop.setDeadline(of: ticker, after: limits.activity)
        let logTicker = Ticker { [self] in accessLog.flush() }
        self.logTicker = logTicker
        watch(logTicker)
    }

    /// Watches `source`; false, and a line in the log, where the kernel refuses.
    @discardableResult
    func watch(_ source: EventSource, shared: Bool = false) -> Bool {
        do throws(ReactorError) {
            try loop.add(source, shared: shared)
            return true
        } catch {
            logger.error("can't watch a descriptor: \(error)")
            return false
        }
    }

    /// Two words that no other request has.
    func nextRequestID() -> (UInt64, UInt64) {
        requestCount += 1
        return (requestPrefix, requestCount)
    }

    func publish(_ published: Published) {
        guard index.replace(with: published) else { return }
        forEachClient { client in
            if client.exchange.isCutOff { client.abort() }
        }
    }

    /// Accepts no more, and lets requests under way finish within `seconds`; then closes
    /// everything, ends the loop and calls `done`.
    func drain(within seconds: Double, done: @escaping @Sendable () -> Void) {
        isDraining = true
        for acceptor in acceptors { loop.remove(acceptor) }
        forEachClient { $0.prepareToStop() }
        let end = loop.now + UInt64(max(0, seconds) * 1000)
        let drainer = Ticker {}
        drainer.action = { [self, unowned drainer] in
            var isBusy = false
            forEachClient { if $0.isBusy { isBusy = true } }
            if isBusy, loop.now < end {
                loop.setDeadline(of: drainer, after: 0.02)
                return
            }
            finish()
            done()
        }
        watch(drainer)
        loop.setDeadline(of: drainer, after: 0)
    }

    private func finish() {
        forEachClient { $0.abort() }
        var unused: [Upstream] = []
        loop.forEachSource { source in
            if let upstream = source as? Upstream { unused.append(upstream) }
        }
        for upstream in unused { upstream.closeWire() }
        tick()
        accessLog.flush()
        // Their closures hold this worker.
        acceptors = []
        ticker = nil
        logTicker = nil
        loop.stop()
    }

    func service(_ name: ByteView) -> Target? {
        services.first { target in
            if case .service(let service) = target.place { service.name.utf8.elementsEqual(name.raw) } else { false }
        }
    }

    /// Notes a line for the access log; it is written within a fraction of a second.
    func log(_ record: AccessLog.Record) {
        accessLog.add(record)
        if let logTicker { loop.setDeadline(of: logTicker, after: 0.2) }
    }

    private func tick() {
        // An open WebSocket is use, though nothing may pass.
        forEachClient { client in
            if client.exchange.stage == .tunnel { client.exchange.upstream?.target.note(in: self) }
        }
        if let report = activity.take() { onActivity(report) }
        if let ticker { loop.setDeadline(of: ticker, after: limits.activity) }
    }

    func forEachClient(_ body: (Client) -> Void) {
        var clients: [Client] = []
        loop.forEachSource { source in
            if let client = source as? Client { clients.append(client) }
        }
        for client in clients { body(client) }
    }
}

/// Does something when its deadline passes.
final class Ticker: EventSource {
    var action: () -> Void

    init(_ action: @escaping () -> Void) {
        self.action = action
        super.init(descriptor: -1)
    }

    override func deadlinePassed() { action() }
}
