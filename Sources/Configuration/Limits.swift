extension BerthConfiguration {
    /// The limit of an account; nil where none names it.
    public func limit(account: String, groups: Set<String>) -> LimitConfiguration? {
        limits.first { limit in
            let isForAll = limit.users.isEmpty && limit.groups.isEmpty
            return isForAll || limit.users.contains(account) || !groups.isDisjoint(with: limit.groups)
        }
    }

    /// Bytes that the environments of an account may take; nil for no quota.
    public func environmentQuota(account: String, groups: Set<String>) -> Int? {
        limit(account: account, groups: groups)?.environmentQuota ?? environments.quota
    }

    /// When a server is stopped for want of use, and in any case; in seconds, nil for never. The shorter
    /// of what its profile and its owner's limit say, or what `servers.cull` says where neither does.
    public func cullTimes(profile: String, account: String, groups: Set<String>) -> (after: Double?, maxAge: Double?) {
        let overrides = [profiles.first { $0.name == profile }?.cull, limit(account: account, groups: groups)?.cull].compactMap { $0 }
        func time(_ part: KeyPath<CullOverride, CullTime>, _ base: Double?) -> Double? {
            let own = overrides.map { $0[keyPath: part] }.filter { $0 != .inherit }
            guard !own.isEmpty else { return base }
            return own.compactMap { if case .after(let seconds) = $0 { seconds } else { nil } }.min()
        }
        return (time(\.after, servers.cull.after), time(\.maxAge, servers.cull.maxAge))
    }
}

extension ProfileConfiguration {
    /// Whether its servers share their GPUs: as it says; where it says nothing a number of GPUs is
    /// exclusive, and all of them, or named ones, are shared.
    public var sharesGPUs: Bool {
        if let gpuSharing { return gpuSharing == .shared }
        if case .count = gpus { return false }
        return true
    }
}
