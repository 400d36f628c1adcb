import ArgumentParser
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

/// Does `work`. Ctrl-C or SIGTERM cancels it and waits until it has tidied up; the next one ends the program.
func interruptible<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let numbers = [SIGINT, SIGTERM]
    let signals = Signals(numbers)
    let task = Task { try await work() }
    let watch = Task { () -> CInt? in
        for await number in signals.events {
            for number in numbers { signal(number, SIG_DFL) }
            task.cancel()
            return number
        }
        return nil
    }
    let result = await task.result
    watch.cancel()
    // As a shell has it of a program that a signal ended.
    if let number = await watch.value { throw ExitCode(128 + number) }
    return try result.get()
}

/// Makes `number` do nothing here; a child gets the default back.
func quieten(_ number: CInt) { signal(number) { _ in } }
