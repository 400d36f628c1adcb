import LauncherProtocol

/// Reads `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`.
enum GPUUse {
    /// The query, in the order in which ``uses(csv:)`` reads its fields.
    static let query = "uuid,memory.total,memory.used,utilization.gpu,temperature.gpu"

    /// How each GPU is used, by UUID. Lines that are not understood are left out.
    static func uses(csv text: String) -> [String: GPUSummary.Use] {
        var uses: [String: GPUSummary.Use] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
            // A number that the driver does not have is “[N/A]” or “[Not Supported]”.
            guard fields.count == 5, fields[0].hasPrefix("GPU-"), let memory = Int(fields[1]), let used = Int(fields[2]) else { continue }
            uses[fields[0]] = GPUSummary.Use(
                memory: memory << 20, memoryUsed: used << 20, busy: Int(fields[3]), temperature: Int(fields[4]))
        }
        return uses
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
