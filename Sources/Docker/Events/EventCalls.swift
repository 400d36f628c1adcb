import Foundation

/// What happens on the engine, as it happens (Engine API, "SystemEvents").
extension Engine {
    /// Which events to follow: an event has to match one value of each kind that is not empty.
    public struct EventFilter: Sendable {
        public var containers: [String] = []
        /// `NAME` or `NAME=VALUE`; all of them have to match.
        public var labels: [String] = []
        public var actions: [String] = []

        public init() {}

        var values: [String: [String]] {
            ["type": ["container"], "container": containers, "label": labels, "event": actions].filter { !$0.value.isEmpty }
        }
    }

    /// Follows events until the engine goes away (which throws), the task is cancelled, `until` has passed or
    /// `onEvent` returns false. The engine remembers its latest events, so that none is lost
    /// between a look at its containers and `since`, the moment before it.
    ///
    /// - Parameters:
    ///   - since: seconds since 1970; nil for now.
    ///   - until: seconds since 1970; nil for ever.
    public func followEvents(
        _ filter: EventFilter, since: Double? = nil, until: Double? = nil,
        onEvent: (ContainerEvent) async -> Bool
    ) async throws(DockerError) {
        var query = [Filters(values: filter.values).parameter]
        if let since { query.append(("since", since.engineTime)) }
        if let until { query.append(("until", until.engineTime)) }
        let answer = try await stream(Call(path: ["events"], query: query, timeout: nil))
        var lines = JSONLines<ContainerEvent>()
        do {
            for try await chunk in answer.body {
                for event in lines.append(chunk) {
                    guard await onEvent(event) else { return }
                }
            }
        } catch {
            throw engineError(error)
        }
        guard until == nil else { return }
        throw .unreachable(socket: socket, reason: "it closed the stream of events")
    }

    /// Whether the kernel killed a process of this container, which has ended, for want of memory.
    /// The engine may note that a moment after the exit, so an unexplained kill is asked about twice.
    public func ranOutOfMemory(_ container: String, exitCode: Int, since start: Double) async throws(DockerError) -> Bool {
        if try await inspect(container).state.oomKilled { return true }
        guard exitCode == 137 else { return false }
        var filter = EventFilter()
        filter.containers = [container]
        filter.actions = ["oom"]
        var isSeen = false
        try await followEvents(filter, since: start, until: Date().timeIntervalSince1970 + 1) { _ in
            isSeen = true
            return false
        }
        return isSeen
    }
}

extension Double {
    /// Seconds and nanoseconds, as the engine reads them.
    fileprivate var engineTime: String {
        let whole = rounded(.down)
        let nanoseconds = String(Int((self - whole) * 1e9))
        return "\(Int(whole))." + String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
    }
}
