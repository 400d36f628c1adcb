/// One change at a time for each thing; who comes later waits, in order.
actor Turns<Thing: Hashable & Sendable> {
    /// Who waits, for each thing that is being changed.
    private var waiting: [Thing: [CheckedContinuation<Void, Never>]] = [:]

    /// Waits for the turn; give it back with ``pass(_:)``.
    func take(_ thing: Thing) async {
        guard waiting[thing] != nil else {
            waiting[thing] = []
            return
        }
        await withCheckedContinuation { waiting[thing]?.append($0) }
    }

    func pass(_ thing: Thing) {
        guard let queue = waiting[thing], let next = queue.first else {
            waiting[thing] = nil
            return
        }
        waiting[thing] = Array(queue.dropFirst())
        next.resume()
    }
}
