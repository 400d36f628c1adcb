import Configuration
import LauncherProtocol

/// Which profiles an account may use.
struct Profiles {
    private let configuration: BerthConfiguration

    init(_ configuration: BerthConfiguration) { self.configuration = configuration }

    /// In the order of the configuration.
    func available(to account: Account) -> [ProfileConfiguration] {
        let groups = Set(account.groups.map(\.name))
        return configuration.profiles.filter { $0.groups.isEmpty || !groups.isDisjoint(with: $0.groups) }
    }

    /// The one of this name, or the first.
    func choose(_ name: String?, for account: Account) throws(LauncherError) -> ProfileConfiguration {
        let available = available(to: account)
        let known = available.map { "“\($0.name)”" }.joined(separator: ", ")
        guard let name else {
            if let first = available.first { return first }
            throw LauncherError(.refused, "No profile is open to “\(account.name)”. Ask an administrator to add you to a profile's group.")
        }
        guard let profile = available.first(where: { $0.name == name }) else {
            throw LauncherError(.refused, "There is no profile “\(name)” that you may use. Choose one of \(known).")
        }
        return profile
    }

    /// - Parameter offered: the GPUs of this host.
    func summaries(for account: Account, offered: [GPUDevice] = []) -> [ProfileSummary] {
        let limit = configuration.limit(account: account.name, groups: Set(account.groups.map(\.name)))
        return available(to: account).map { profile in
            let gpus: String? =
                switch profile.gpus {
                case .none: nil
                case .all: "all"
                case .count(let count): String(count)
                case .devices(let devices): String(devices.count)
                }
            return ProfileSummary(
                name: profile.name, title: profile.title ?? profile.name, description: profile.description, image: profile.image,
                cpus: profile.cpus, memory: profile.memory, gpus: gpus,
                gpuDevices: GPUChoice(
                    request: profile.gpus, isShared: profile.sharesGPUs, offered: offered, permitted: limit?.gpuDevices, held: []
                ).candidates.map(\.id))
        }
    }
}
