import LauncherProtocol

/// One change at a time for each server; who comes later waits, in order.
actor Turns {
    /// Who waits, for each server that is being changed.
    private var waiting: [ServerID: [CheckedContinuation<Void, Never>]] = [:]

    /// Waits for the turn; give it back with ``pass(_:)``.
    func take(_ id: ServerID) async {
        guard waiting[id] != nil else {
            waiting[id] = []
            return
        }
        await withCheckedContinuation { waiting[id]?.append($0) }
    }

    func pass(_ id: ServerID) {
        guard let queue = waiting[id], let next = queue.first else {
            waiting[id] = nil
            return
        }
        waiting[id] = Array(queue.dropFirst())
        next.resume()
    }
}
