import Configuration

/// Which builds are under way and which wait for their turn: a value.
///
/// First come, first served; but whoever has as many under way as an account may lets others go before.
struct WorkQueue {
    private struct Work {
        let id: Int
        let account: UInt32
    }

    private let limits: BuildsAtOnce
    private var underWay: [Work] = []
    private var waiting: [Work] = []
    private var last = 0

    init(limits: BuildsAtOnce) { self.limits = limits }

    /// To the end of those who wait; gives what the work is known by.
    mutating func join(_ account: UInt32) -> Int {
        last += 1
        waiting.append(Work(id: last, account: account))
        return last
    }

    /// The work has ended, or nobody wants it any more.
    mutating func leave(_ id: Int) {
        underWay.removeAll { $0.id == id }
        waiting.removeAll { $0.id == id }
    }

    /// Lets begin whose turn it is, and gives them.
    mutating func admit() -> [Int] {
        var begun: [Int] = []
        for work in waiting where !isFull && !isAtLimit(work.account) {
            underWay.append(work)
            begun.append(work.id)
        }
        waiting.removeAll { begun.contains($0.id) }
        return begun
    }

    /// Those who wait, with how many builds are before theirs.
    var places: [(id: Int, ahead: Int)] {
        waiting.enumerated().map { index, work in
            (work.id, (underWay + waiting[..<index]).count { isFull || $0.account == work.account })
        }
    }

    private var isFull: Bool { underWay.count >= limits.host }

    private func isAtLimit(_ account: UInt32) -> Bool { underWay.count { $0.account == account } >= limits.account }
}
