import LauncherProtocol

/// How an exchange with git stands: a value. What was built for a push is always in exactly one pair of hands.
struct GitExchangeState<Judged, Waiter> {
    private var judged: Judged?
    private var waiting: [Waiter] = []
    private(set) var hasEnded = false
    /// What its build is known by, while there is one.
    var build: String?
    var outcome = CloseGit.Outcome()

    /// Keeps what was judged until it is recorded or the exchange ends. False where it has ended already: then the
    /// caller has to let go of it.
    mutating func take(_ judged: Judged, tags: [String]) -> Bool {
        guard !hasEnded else { return false }
        self.judged = judged
        outcome.tags = tags
        return true
    }

    /// Hands over what was judged; nil where there is nothing, or somebody has it.
    mutating func giveJudged() -> Judged? {
        defer { judged = nil }
        return judged
    }

    /// Somebody wants to know of the end. False where it is there.
    mutating func wait(_ waiter: Waiter) -> Bool {
        if !hasEnded { waiting.append(waiter) }
        return !hasEnded
    }

    /// The end: gives what nobody recorded, and who waits.
    mutating func end() -> (judged: Judged?, waiting: [Waiter]) {
        hasEnded = true
        defer { waiting = [] }
        return (giveJudged(), waiting)
    }
}
