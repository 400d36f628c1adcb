import Configuration
import LauncherProtocol
import Phrases

/// Which GPUs a start gets: a value, from what the profile asks for, what there is and who has what.
struct GPUChoice {
    let request: GPURequest
    let isShared: Bool
    /// What this host offers, in the order in which it is given; empty where that is not known.
    let offered: [GPUDevice]
    /// The owner's limit to certain ones, by UUID or index; nil for all.
    let permitted: [String]?
    /// What others have.
    let held: [GPUHolding]

    /// The ones that the request could be satisfied with, were all free.
    var candidates: [GPUDevice] {
        let allowed = offered.filter { device in permitted?.contains(where: device.isNamed) ?? true }
        return switch request {
        case .none: []
        case .all, .count: allowed
        case .devices(let names): allowed.filter { device in names.contains(where: device.isNamed) }
        }
    }

    /// The GPUs that are given; nil for none.
    ///
    /// - Throws: `.exhausted` where some are taken that will be free again.
    func grant() throws(LauncherError) -> GPUGrant? {
        if request == .none { return nil }
        guard !offered.isEmpty else { return try grantUnknown() }
        let candidates = candidates
        let wanted = try wanted(of: candidates)
        let free = candidates.filter { isFree($0) }
        guard free.count >= wanted else {
            let taken = candidates.compactMap { device in words(device) }.joined(separator: "; ")
            throw LauncherError(
                .exhausted,
                wanted == 1 ? "No GPU is free at the moment: \(taken)." : "\(wanted) GPUs are not free at the moment: \(taken).")
        }
        // Sharers are spread evenly; the order breaks ties.
        let ranked = free.enumerated().sorted { (sharers($0.element), $0.offset) < (sharers($1.element), $1.offset) }.prefix(wanted)
        return GPUGrant(devices: ranked.sorted { $0.offset < $1.offset }.map(\.element.id), isShared: isShared)
    }

    /// Where Berth does not know the GPUs, the engine may; who has which nobody can say then.
    private func grantUnknown() throws(LauncherError) -> GPUGrant {
        switch request {
        case .all: return GPUGrant(devices: nil, isShared: true)
        case .devices(let names): return GPUGrant(devices: names, isShared: true)
        case .none, .count:
            throw LauncherError(
                .failed,
                "The profile asks for GPUs and none is known here: nvidia-smi shows none, and “gpus.devices” names none. Choose a profile without GPU, or ask an administrator.",
                cause: .noGPU)
        }
    }

    private func wanted(of candidates: [GPUDevice]) throws(LauncherError) -> Int {
        let wanted =
            switch request {
            case .none: 0
            case .all: max(candidates.count, 1)
            case .count(let count): count
            case .devices(let names): names.count
            }
        guard wanted <= candidates.count else {
            throw LauncherError(
                .failed,
                "The profile asks for \(wanted) of the GPUs and \(candidates.count) may be given to you on this host. Choose another profile, or ask an administrator.",
                cause: .noGPU)
        }
        return wanted
    }

    private func holdings(of device: GPUDevice) -> [GPUHolding] {
        held.filter { $0.grant.devices?.contains(device.id) ?? true }
    }

    private func isFree(_ device: GPUDevice) -> Bool {
        holdings(of: device).allSatisfy { isShared && $0.grant.isShared }
    }

    private func sharers(_ device: GPUDevice) -> Int { holdings(of: device).count }

    private func words(_ device: GPUDevice) -> String? {
        let holders = holdings(of: device).map(\.holder)
        guard !holders.isEmpty else { return nil }
        return "\(device.index.map { "GPU \($0)" } ?? device.id) is with \(holders.joined(separator: ", "))"
    }
}
