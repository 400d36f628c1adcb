import Configuration
import Docker
import LauncherProtocol

/// What admissions take turns for: this host has one of it.
enum Admission: Hashable { case ofHost }

extension Spawner {
    /// Decides whether a server may start now, and which GPUs it gets. Must run in the turn of
    /// admissions, so that nobody else is given the same meanwhile.
    func admit(
        _ id: ServerID, of account: Account, with profile: ProfileConfiguration
    ) async throws(LauncherError) -> ServerNeeds {
        let limit = configuration.limit(account: account.name, groups: Set(account.groups.map(\.name)))
        var needs = ServerNeeds(memory: profile.memory, cpus: profile.cpus, limit: limit?.name ?? "")
        // Most starts need nobody else's servers to be known.
        guard limit != nil || profile.gpus != .none || !id.name.isEmpty else { return needs }
        let running = try await onEngine { () async throws(DockerError) in try await servers() }
            .filter { ($0.record.running || beginning.contains($0.details.id)) && $0.record.id != id }
        try checkNamed(id, running)
        let choice = await choice(profile, limit, held: running.compactMap(\.holding))
        if let limit {
            try LimitCheck(
                id: id, needs: needs, gpuCount: choice.count, limit: limit,
                running: running.map { .init(id: $0.record.id, needs: $0.needs) }
            ).pass()
        }
        needs.gpus = try choice.grant()
        return needs
    }

    /// What a profile asks for, beside what there is.
    func choice(_ profile: ProfileConfiguration, _ limit: LimitConfiguration?, held: [GPUHolding]) async -> GPUChoice {
        GPUChoice(
            request: profile.gpus, isShared: profile.sharesGPUs, offered: profile.gpus == .none ? [] : await offeredGPUs(),
            permitted: limit?.gpuDevices, held: held)
    }

    private func checkNamed(_ id: ServerID, _ running: [Server]) throws(LauncherError) {
        let most = configuration.servers.namedLimit
        let named = running.filter { $0.record.id.owner == id.owner && !$0.record.id.name.isEmpty }
        guard id.name.isEmpty || named.count < most else {
            throw LauncherError(
                .refused,
                most == 0
                    ? "Servers with a name are not offered here (servers.named_limit). Use the one without."
                    : "You may have \(most) servers with a name, and so many run. Stop one first.", cause: .limit)
        }
    }
}

extension GPUChoice {
    /// How many GPUs are asked for.
    fileprivate var count: Int {
        switch request {
        case .none: 0
        case .all: max(candidates.count, 1)
        case .count(let count): count
        case .devices(let names): names.count
        }
    }
}

extension Server {
    var needs: ServerNeeds { ServerNeeds(labels: details.labels) }

    fileprivate var holding: GPUHolding? {
        needs.gpus.map { grant in
            GPUHolding(holder: record.id.name.isEmpty ? record.id.owner : "\(record.id.owner)/\(record.id.name)", grant: grant)
        }
    }
}
