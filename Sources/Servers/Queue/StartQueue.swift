import LauncherProtocol

/// Who waits for GPUs, first come first served: a value.
///
/// Only those who could get the same GPU stand in each other's way.
struct StartQueue: Equatable {
    /// One who waits.
    struct Place: Equatable {
        let id: ServerID
        /// The GPUs that would do; nil for any, where they are not known.
        let pool: Set<String>?

        func competes(with pool: Set<String>?) -> Bool {
            guard let own = self.pool, let pool else { return true }
            return !own.isDisjoint(with: pool)
        }
    }

    private(set) var places: [Place] = []

    var isEmpty: Bool { places.isEmpty }

    /// To the end. One who waits already keeps the place, though for other GPUs.
    mutating func join(_ id: ServerID, pool: Set<String>?) {
        let place = Place(id: id, pool: pool)
        if let index = places.firstIndex(where: { $0.id == id }) { places[index] = place } else { places.append(place) }
    }

    mutating func leave(_ id: ServerID) { places.removeAll { $0.id == id } }

    /// The place in the line, from 1, and how many stand in it; nil for one who does not wait.
    func place(of id: ServerID) -> (position: Int, length: Int)? {
        guard let index = places.firstIndex(where: { $0.id == id }) else { return nil }
        let pool = places[index].pool
        let ahead = places[..<index].count { $0.competes(with: pool) }
        return (ahead + 1, places.count { $0.competes(with: pool) })
    }

    /// Those whose turn it is.
    var first: [ServerID] { places.map(\.id).filter { place(of: $0)?.position == 1 } }
}
