import CLinux

/// What a descriptor is ready for (epoll_ctl(2)).
@frozen
public struct ReadyEvents: OptionSet, Sendable {
    public let rawValue: UInt32
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = ReadyEvents(rawValue: LINUX_EPOLLIN)
    public static let writable = ReadyEvents(rawValue: LINUX_EPOLLOUT)
    /// The peer will write no more.
    public static let peerFinished = ReadyEvents(rawValue: LINUX_EPOLLRDHUP)
    /// Both directions are closed.
    public static let hungUp = ReadyEvents(rawValue: LINUX_EPOLLHUP)
    public static let failed = ReadyEvents(rawValue: LINUX_EPOLLERR)
}

/// Something that an ``EventLoop`` watches: a descriptor, a deadline, or both. Subclasses
/// say what happens. Belongs to one loop and is touched by that loop's thread only.
open class EventSource {
    /// The watched descriptor; -1 for a source that has only deadlines. The source's own
    /// to close, after ``EventLoop/remove(_:)``.
    public final let descriptor: CInt
    final var slot: Int?
    final var generation: UInt32 = 0
    /// When ``deadlinePassed()`` is due, in the loop's milliseconds.
    final var deadline = UInt64.max
    /// The time of this source's earliest entry in the loop's heap.
    final var scheduled = UInt64.max
    final var isQueuedAgain = false

    public init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Whether a loop watches this source.
    public final var isWatched: Bool { slot != nil }

    /// The descriptor became ready, or ``EventLoop/runAgain(_:)`` was asked for (then `events` is empty).
    open func ready(_ events: ReadyEvents) {}

    /// The deadline set by ``EventLoop/setDeadline(of:after:)`` has passed; it is no longer set.
    open func deadlinePassed() {}
}
