import LauncherProtocol

/// What the page shows of a GPU.
struct GPUView {
    let values: [String: Any]

    /// - Parameter account: who looks.
    init(_ texts: TextCatalog, _ gpu: GPUSummary, account: String) {
        var values: [String: Any] = [
            "id": gpu.id, "name": gpu.name.isEmpty ? gpu.id : gpu.name,
            "number": gpu.index.map { texts("gpus", "number", ["index": "\($0)"]) } ?? "", "free": gpu.holders.isEmpty,
            "holders": gpu.holders.map { holder in
                [
                    "owner": holder.id.owner, "server": holder.id.name, "isOwn": holder.id.owner == account, "shares": holder.shares,
                    "since": Format.moment(holder.since), "sinceAt": Format.machine(holder.since),
                ] as [String: Any]
            },
        ]
        if let use = gpu.use {
            values["memory"] = texts("gpus", "memory", ["used": Format.bytes(use.memoryUsed), "total": Format.bytes(use.memory)])
            values["memoryPercent"] = use.memory > 0 ? use.memoryUsed * 100 / use.memory : 0
            if let busy = use.busy {
                values["busy"] = texts("gpus", "busy", ["percent": "\(busy)"])
                values["busyPercent"] = busy
            }
            if let temperature = use.temperature { values["temperature"] = texts("gpus", "temperature", ["degrees": "\(temperature)"]) }
        }
        self.values = values
    }
}
