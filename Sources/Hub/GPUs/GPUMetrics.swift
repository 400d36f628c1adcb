import LauncherProtocol
import Metering

extension HubServices {
    /// Whether servers can have GPUs here at all.
    var offersGPUs: Bool {
        !configuration.gpus.devices.isEmpty || configuration.profiles.contains { $0.gpus != .none }
    }

    /// The GPUs in Prometheus' terms; nothing where there are none, or the launcher does not answer.
    func gpuFamilies() async -> [MetricFamily] {
        guard offersGPUs, let overview = try? await launcher.call(ListGPUs()), !overview.gpus.isEmpty else { return [] }
        var taken = MetricFamily("berth_gpu_servers", .gauge, help: "Servers that have a GPU.")
        var used = MetricFamily("berth_gpu_memory_used_bytes", .gauge, help: "Memory in use on a GPU.")
        var total = MetricFamily("berth_gpu_memory_bytes", .gauge, help: "Memory of a GPU.")
        var busy = MetricFamily("berth_gpu_busy_ratio", .gauge, help: "Part of the time in which a kernel ran on a GPU.")
        for gpu in overview.gpus {
            let label = [MetricFamily.Label("gpu", gpu.id)]
            taken = taken.adding(Double(gpu.holders.count), label)
            guard let use = gpu.use else { continue }
            used = used.adding(Double(use.memoryUsed), label)
            total = total.adding(Double(use.memory), label)
            if let percent = use.busy { busy = busy.adding(Double(percent) / 100, label) }
        }
        return [taken, used, total, busy]
    }
}
