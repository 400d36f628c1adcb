/// Collects, on one loop, who had traffic, and reports it now and then.
struct ActivityReport {
    private var targets: [Target] = []
    private var visitors: [Visitor] = []
    private var visits: Set<Activity.Visit> = []

    mutating func note(_ target: Target) { targets.append(target) }
    mutating func note(_ visitor: Visitor) { visitors.append(visitor) }
    mutating func note(_ visit: Activity.Visit) { visits.insert(visit) }

    /// What was collected since the last call; nil for nothing.
    mutating func take() -> Activity? {
        guard !targets.isEmpty || !visitors.isEmpty || !visits.isEmpty else { return nil }
        var activity = Activity()
        activity.visits = visits
        visits = []
        for target in targets {
            target.forgetNote()
            if case .server(let key, _) = target.place { activity.servers.insert(key) }
        }
        for visitor in visitors {
            visitor.forgetNote()
            switch visitor.kind {
            case .session(let grant): activity.sessions.insert(grant.session)
            case .token(let grant): activity.tokens.insert(grant.token)
            }
        }
        targets.removeAll(keepingCapacity: true)
        visitors.removeAll(keepingCapacity: true)
        return activity
    }
}
