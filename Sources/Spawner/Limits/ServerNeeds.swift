/// What a server takes of the host, as its labels keep it.
struct ServerNeeds: Sendable, Equatable {
    /// Bytes; nil for no limit.
    var memory: Int?
    /// Cores; nil for no limit.
    var cpus: Double?
    var gpus: GPUGrant?
    /// The name of the limit that its owner was under; empty for none.
    var limit = ""

    init(memory: Int? = nil, cpus: Double? = nil, gpus: GPUGrant? = nil, limit: String = "") {
        self.memory = memory
        self.cpus = cpus
        self.gpus = gpus
        self.limit = limit
    }

    private static let all = "all"

    init(labels: [String: String]) {
        memory = labels["org.berth.memory"].flatMap(Int.init)
        cpus = labels["org.berth.cpus"].flatMap(Double.init)
        limit = labels["org.berth.limit"] ?? ""
        gpus = labels["org.berth.gpus"].map { names in
            GPUGrant(
                devices: names == Self.all ? nil : names.split(separator: ",").map(String.init),
                isShared: labels["org.berth.gpu-sharing"] == "shared")
        }
    }

    var labels: [String: String] {
        var labels: [String: String] = [:]
        labels["org.berth.memory"] = memory.map { String($0) }
        labels["org.berth.cpus"] = cpus.map { String($0) }
        if !limit.isEmpty { labels["org.berth.limit"] = limit }
        if let gpus {
            labels["org.berth.gpus"] = gpus.devices?.joined(separator: ",") ?? Self.all
            labels["org.berth.gpu-sharing"] = gpus.isShared ? "shared" : "exclusive"
        }
        return labels
    }
}
