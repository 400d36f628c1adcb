import Glibc
import Logging
import UnixSockets

/// Runs several children of this binary, starts again what ends by itself, and ends them
/// in reverse order when it is told to stop.
///
/// Servers are no children of these processes: stopping and crashing leaves them running.
struct Supervisor {
    /// The arguments of each child, in the order of their start.
    let children: [[String]]
    private let logger = Logger(label: "berth.run")

    init(children: [[String]]) { self.children = children }

    /// How a child ends that wants all of Berth to end, and not to be started again.
    static let endStatus: CInt = 100

    private enum Bound {
        /// Between an end and the next start, so that a broken child does not spin.
        static let pause = Duration.seconds(1)
        /// A child that ends sooner than this, and this often in a row, can't begin at all.
        static let early = Duration.seconds(5)
        static let attempts = 3
    }

    /// A child's present process.
    private struct Running {
        var pid: pid_t
        var begun = ContinuousClock.now
        var failures = 0
    }

    /// Returns after SIGTERM or SIGINT, when all children have ended; true where that was
    /// because one of them could not begin.
    func run() async throws(SystemCallError) -> Bool {
        let signals = Signals([SIGCHLD, SIGTERM, SIGINT, SIGHUP])
        var running: [Running] = []
        for arguments in children { running.append(Running(pid: try start(arguments))) }
        for await signal in signals.events {
            switch signal {
            case SIGCHLD:
                for (index, status) in reap(running) {
                    if status & 0x7F == 0, status >> 8 & 0xFF == Self.endStatus {
                        logger.notice("Berth ends, as it was asked to by the API. Servers are not touched.")
                        running.remove(at: index)
                        stop(running)
                        return false
                    }
                    logger.error(
                        "“berth \(children[index][0])” ended (wait status \(status)) and is started again. Servers are not touched.")
                    let isEarly = ContinuousClock.now - running[index].begun < Bound.early
                    running[index].failures = isEarly ? running[index].failures + 1 : 0
                    guard running[index].failures < Bound.attempts else {
                        // Its process is gone, and its number may be another's soon.
                        running.remove(at: index)
                        stop(running)
                        return true
                    }
                    try? await Task.sleep(for: Bound.pause)
                    running[index].begun = .now
                    running[index].pid = try start(children[index])
                }
            case SIGHUP:
                for child in running { kill(child.pid, SIGHUP) }
            default:
                stop(running)
                return false
            }
        }
        return false
    }

    /// Those that have ended, with their wait status.
    private func reap(_ running: [Running]) -> [(index: Int, status: CInt)] {
        running.indices.compactMap { index in
            var status: CInt = 0
            return waitpid(running[index].pid, &status, WNOHANG) > 0 ? (index, status) : nil
        }
    }

    private func stop(_ running: [Running]) {
        for child in running.reversed() {
            kill(child.pid, SIGTERM)
            var status: CInt = 0
            while waitpid(child.pid, &status, 0) < 0 && errno == EINTR {}
        }
    }

    private func start(_ arguments: [String]) throws(SystemCallError) -> pid_t {
        var words: [UnsafeMutablePointer<CChar>?] = (["berth"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/proc/self/exe", nil, nil, &words, environ)
        guard code == 0 else { throw SystemCallError("posix_spawn", on: arguments.first, code: code) }
        return pid
    }
}
