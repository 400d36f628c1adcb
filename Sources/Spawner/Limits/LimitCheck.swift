import Configuration
import LauncherProtocol
import Phrases

/// Whether one more server is within its owner's limit: a value, from the limit and what runs.
struct LimitCheck {
    /// A server that runs, or is about to.
    struct Running: Equatable {
        let id: ServerID
        let needs: ServerNeeds
    }

    let id: ServerID
    /// What it would take; its GPUs are ``gpuCount``, because which they are is decided later.
    let needs: ServerNeeds
    let gpuCount: Int
    let limit: LimitConfiguration
    /// All others of this installation.
    let running: [Running]

    /// Throws where it would be too much, in words for the person.
    func pass() throws(LauncherError) {
        try check(limit.oneServer, [], "One server of yours may have")
        try check(limit.each, running.filter { $0.id.owner == id.owner }, "All your servers together may have")
        try check(
            limit.together, running.filter { $0.needs.limit == limit.name }, "All servers under the limit “\(limit.name)” together may have"
        )
    }

    private func check(_ limits: ResourceLimits, _ others: [Running], _ whose: Phrase) throws(LauncherError) {
        if let most = limits.servers, others.count >= most {
            throw refusal(
                most == 0
                    ? "\(whose) no server at a time" : most == 1 ? "\(whose) 1 server at a time" : "\(whose) \(most) servers at a time",
                others)
        }
        if let most = limits.memory {
            let used = others.map(\.needs.memory) + [needs.memory]
            guard used.allSatisfy({ $0 != nil }) else { throw boundless("memory") }
            if used.reduce(0, { $0 + ($1 ?? 0) }) > most { throw refusal("\(whose) \(Self.size(most)) of memory", others) }
        }
        if let most = limits.cpus {
            let used = others.map(\.needs.cpus) + [needs.cpus]
            guard used.allSatisfy({ $0 != nil }) else { throw boundless("CPUs") }
            if used.reduce(0, { $0 + ($1 ?? 0) }) > most { throw refusal("\(whose) \(Self.number(most)) CPUs", others) }
        }
        if let most = limits.gpus, gpuCount > 0, others.reduce(gpuCount, { $0 + $1.needs.gpuCount }) > most {
            throw refusal(most == 0 ? "\(whose) no GPU" : most == 1 ? "\(whose) 1 GPU" : "\(whose) \(most) GPUs", others)
        }
    }

    private func refusal(_ rule: Phrase, _ others: [Running]) -> LauncherError {
        guard !others.isEmpty else {
            return LauncherError(
                .refused, "\(rule), and this one would be too much. Choose a smaller profile, or ask an administrator.", cause: .limit)
        }
        let names = others.map { other -> Phrase in
            other.id.owner == id.owner ? other.id.shownName : "\(other.id.shownName) of \(other.id.owner)"
        }
        let running = Phrase.joined(names.sorted { $0.english < $1.english }, by: ", ")
        return LauncherError(
            .refused, "\(rule), and this one would be too much. Running: \(running). Stop one, or choose a smaller profile.", cause: .limit)
    }

    /// Nothing can be said of a sum in which one part has no limit.
    private func boundless(_ what: Phrase) -> LauncherError {
        LauncherError(
            .refused,
            "Your \(what) is limited, and this profile, or one that you use already, has no limit for it. Choose another one, or ask an administrator to give the profile one.",
            cause: .limit)
    }

    private static func size(_ bytes: Int) -> String {
        bytes % (1 << 30) == 0 ? "\(bytes >> 30) GiB" : "\(bytes >> 20) MiB"
    }

    private static func number(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }
}

extension ServerNeeds {
    /// How many GPUs it has; one where the engine alone knows.
    var gpuCount: Int { gpus.map { $0.devices?.count ?? 1 } ?? 0 }
}

extension ServerID {
    fileprivate var shownName: Phrase { name.isEmpty ? "the one without a name" : "“\(name)”" }
}
