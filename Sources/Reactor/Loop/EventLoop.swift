import CLinux
import Glibc
import Synchronization

/// One epoll instance and the one thread that waits on it (epoll(7)).
///
/// Sources are watched edge-triggered for everything, so a source reads and writes until
/// the system says "not now". All calls but ``post(_:)`` and ``start(named:)`` belong to
/// the loop's own thread.
///
/// ```swift
/// let loop = try EventLoop()
/// try loop.start(named: "berth-0")
/// loop.post { try? loop.add(source) }
/// ```
// @unchecked: everything but `inbox` is touched by the loop's own thread only.
public final class EventLoop: @unchecked Sendable {
    private struct Inbox {
        var work: [@Sendable () -> Void] = []
        var isSignalled = false
    }

    private let epoll: CInt
    private let wakeUp: CInt
    private let inbox = Mutex(Inbox())
    private var sources: [EventSource?] = []
    private var generations: [UInt32] = []
    private var freeSlots: [Int] = []
    private var deadlines = DeadlineHeap()
    private var again: [EventSource] = []
    private var isStopping = false

    /// Milliseconds of the monotonic clock, taken when the present round began.
    public private(set) var now: UInt64

    private static let wakeUpMark = UInt64.max

    public init() throws(ReactorError) {
        epoll = epoll_create1(LINUX_EPOLL_CLOEXEC)
        guard epoll >= 0 else { throw ReactorError("epoll_create1") }
        wakeUp = eventfd(0, LINUX_EFD_CLOEXEC | LINUX_EFD_NONBLOCK)
        guard wakeUp >= 0 else {
            let error = ReactorError("eventfd")
            close(epoll)
            throw error
        }
        now = Self.milliseconds()
        var event = epoll_event()
        event.events = LINUX_EPOLLIN
        event.data.u64 = Self.wakeUpMark
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) == 0 else {
            let error = ReactorError("epoll_ctl")
            close(epoll)
            close(wakeUp)
            throw error
        }
    }

    deinit {
        close(epoll)
        close(wakeUp)
    }

    // MARK: From any thread

    /// Runs `work` on the loop's thread, soon, in the order of posting.
    public func post(_ work: @escaping @Sendable () -> Void) {
        let mustSignal = inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isSignalled = true }
            return !inbox.isSignalled
        }
        guard mustSignal else { return }
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }

    // MARK: On the loop's thread

    /// Watches `source`; a descriptor that is ready already is reported in the next round.
    /// A `shared` descriptor, watched by several loops, wakes one of them for each event
    /// and is reported as long as it is ready.
    public func add(_ source: EventSource, shared: Bool = false) throws(ReactorError) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            sources[slot] = source
            generations[slot] &+= 1
        } else {
            slot = sources.count
            sources.append(source)
            generations.append(0)
        }
        source.slot = slot
        source.generation = generations[slot]
        guard source.descriptor >= 0 else { return }
        do throws(ReactorError) {
            try resume(source, shared: shared)
        } catch {
            forget(source)
            throw error
        }
    }

    /// Reports no events of the descriptor of `source` until ``resume(_:shared:)``; deadlines go on.
    public func suspend(_ source: EventSource) {
        var unused = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, source.descriptor, &unused)
    }

    /// Reports events again, beginning with what the descriptor is ready for.
    public func resume(_ source: EventSource, shared: Bool = false) throws(ReactorError) {
        guard let slot = source.slot else { return }
        var event = epoll_event()
        event.events =
            shared
            ? LINUX_EPOLLIN | LINUX_EPOLLEXCLUSIVE
            : LINUX_EPOLLIN | LINUX_EPOLLOUT | LINUX_EPOLLRDHUP | LINUX_EPOLLET
        event.data.u64 = UInt64(source.generation) << 32 | UInt64(slot)
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, source.descriptor, &event) == 0 else { throw ReactorError("epoll_ctl") }
    }

    /// Watches `source` no more; what was already reported for it is dropped.
    public func remove(_ source: EventSource) {
        guard source.slot != nil else { return }
        if source.descriptor >= 0 { suspend(source) }
        forget(source)
    }

    private func forget(_ source: EventSource) {
        guard let slot = source.slot else { return }
        sources[slot] = nil
        freeSlots.append(slot)
        source.slot = nil
        source.deadline = .max
        source.scheduled = .max
    }

    /// Calls ``EventSource/deadlinePassed()`` of `source` once in `seconds`, instead of any
    /// time set before.
    public func setDeadline(of source: EventSource, after seconds: Double) {
        let time = now + UInt64(max(0, seconds) * 1000)
        source.deadline = time
        // An earlier entry in the heap will look at the new time when it comes up.
        guard let slot = source.slot, time < source.scheduled else { return }
        source.scheduled = time
        deadlines.insert(.init(time: time, slot: slot, generation: source.generation))
    }

    public func clearDeadline(of source: EventSource) { source.deadline = .max }

    /// Calls ``EventSource/ready(_:)`` of `source`, without events, after all others had their turn.
    public func runAgain(_ source: EventSource) {
        guard !source.isQueuedAgain else { return }
        source.isQueuedAgain = true
        again.append(source)
    }

    /// Ends the loop after its present round; sources are let go as they are.
    public func stop() { isStopping = true }

    /// Calls `body` with every source that is watched.
    public func forEachSource(_ body: (EventSource) -> Void) {
        for case let source? in sources { body(source) }
    }

    /// Waits and calls, until ``stop()``.
    func run() {
        let capacity = 256
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: capacity)
        defer { events.deallocate() }
        while !isStopping {
            let count = epoll_wait(epoll, events.baseAddress, CInt(capacity), timeout())
            now = Self.milliseconds()
            for index in 0..<max(0, Int(count)) {
                let mark = events[index].data.u64
                if mark == Self.wakeUpMark {
                    takeInbox()
                    continue
                }
                let slot = Int(mark & 0xFFFF_FFFF)
                // A source removed earlier in this round may have left its slot to another.
                guard let source = sources[slot], source.generation == UInt32(mark >> 32) else { continue }
                source.ready(ReadyEvents(rawValue: events[index].events))
            }
            takeDeadlines()
            takeAgain()
        }
        sources.removeAll()
        again.removeAll()
        takeInbox()
    }

    private func timeout() -> CInt {
        guard again.isEmpty else { return 0 }
        guard let first = deadlines.first else { return -1 }
        let time = Self.milliseconds()
        return first.time <= time ? 0 : CInt(clamping: first.time - time)
    }

    private func takeInbox() {
        var count: UInt64 = 0
        _ = read(wakeUp, &count, MemoryLayout<UInt64>.size)
        let work = inbox.withLock { inbox in
            inbox.isSignalled = false
            defer { inbox.work = [] }
            return inbox.work
        }
        for piece in work { piece() }
    }

    private func takeDeadlines() {
        while let entry = deadlines.first, entry.time <= now {
            _ = deadlines.removeFirst()
            guard let source = sources[entry.slot], source.generation == entry.generation,
                source.scheduled == entry.time
            else { continue }
            source.scheduled = .max
            guard source.deadline != .max else { continue }
            if source.deadline <= now {
                source.deadline = .max
                source.deadlinePassed()
            } else {
                source.scheduled = source.deadline
                deadlines.insert(.init(time: source.deadline, slot: entry.slot, generation: entry.generation))
            }
        }
    }

    private func takeAgain() {
        guard !again.isEmpty else { return }
        let turn = again
        again.removeAll(keepingCapacity: true)
        for source in turn {
            source.isQueuedAgain = false
            if source.isWatched { source.ready([]) }
        }
    }

    private static func milliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}
