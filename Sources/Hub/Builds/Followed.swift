/// Work of an account that is followed while it goes on, and remembered for a while when it is over.
protocol Followed: AnyObject {
    var account: String { get }
    var isOver: Bool { get }
}

extension Array where Element: Followed {
    /// Takes `work` in, and forgets what ended longest ago: of each account all but five, so that it can still be looked
    /// at, and of all together all but five hundred.
    mutating func remember(_ work: Element) {
        append(work)
        let ended = filter { $0.account == work.account && $0.isOver }
        for old in ended.dropLast(5) { removeAll { $0 === old } }
        if count(where: \.isOver) > 500, let oldest = firstIndex(where: \.isOver) { remove(at: oldest) }
    }
}
