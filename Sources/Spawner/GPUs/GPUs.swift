import Configuration
import Docker
import LauncherProtocol

extension Spawner {
    /// The GPUs of this host, whose they are and how they are used.
    public func gpus() async throws(LauncherError) -> GPUOverview {
        let offered = await offeredGPUs()
        guard !offered.isEmpty else {
            return GPUOverview(gpus: [], problem: "No GPU is known: nvidia-smi shows none, and “gpus.devices” names none.")
        }
        let running = try await onEngine { () async throws(DockerError) in try await servers() }.filter(\.record.running)
        let uses = await smi.knownUses()
        let summaries = offered.map { device in
            GPUSummary(
                id: device.id, name: device.name, index: device.index, use: uses[device.id],
                holders: running.compactMap { server in
                    guard let grant = server.needs.gpus, grant.devices?.contains(device.id) ?? true else { return nil }
                    return GPUSummary.Holder(id: server.record.id, shares: grant.isShared, since: server.record.started)
                })
        }
        return GPUOverview(gpus: summaries, problem: uses.isEmpty ? "How they are used is not known: nvidia-smi does not tell." : nil)
    }

    /// What this host offers, in the order in which it is given.
    func offeredGPUs() async -> [GPUDevice] {
        GPUDevice.offered(configuration.gpus.devices, of: await smi.knownDevices())
    }
}
