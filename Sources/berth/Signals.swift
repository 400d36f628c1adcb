import CLinux
import Foundation
import Glibc

/// Signals as a stream, instead of what they do by default.
struct Signals: Sendable {
    /// Each signal as it comes.
    let events: AsyncStream<CInt>

    /// Call it once in a process.
    init(_ numbers: [CInt] = [SIGTERM, SIGINT, SIGHUP]) {
        let (events, sink) = AsyncStream<CInt>.makeStream()
        self.events = events
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { return }
        let arrivals = ends[0]
        pipeToReader = ends[1]
        for number in numbers {
            // A handler may do little more than write(2) (signal-safety(7)). A child gets the
            // default back, which an ignored or blocked signal would not be.
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(pipeToReader, &byte, 1)
            }
        }
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                if read(arrivals, &byte, 1) == 1 { sink.yield(CInt(byte)) }
            }
        }
        thread.name = "signals"
        thread.start()
    }
}

// Written once, before the first handler is installed.
nonisolated(unsafe) private var pipeToReader: CInt = -1

/// Makes `number` do nothing here; a child gets the default back.
func quieten(_ number: CInt) { signal(number) { _ in } }
