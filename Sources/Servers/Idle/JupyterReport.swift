import Foundation

/// What a Jupyter server says of its own use. It is its owner's word, and no more.
public struct JupyterReport: Sendable, Equatable {
    /// The last request, message or output that it counts, in seconds since 1970.
    public let lastActivity: Double?
    /// The last that a kernel or a terminal did.
    public let lastWork: Double?
    /// Kernels that compute.
    public let busyKernels: Int

    public init(lastActivity: Double?, lastWork: Double?, busyKernels: Int) {
        self.lastActivity = lastActivity
        self.lastWork = lastWork
        self.busyKernels = busyKernels
    }

    /// Reads the answers of `api/status`, `api/kernels` and `api/terminals`; a server without
    /// terminals has no third. Nil where the first two are not what Jupyter says.
    init?(status: Data, kernels: Data, terminals: Data?) {
        struct Status: Decodable { var last_activity: String? }
        struct Worker: Decodable {
            var execution_state: String?
            var last_activity: String?
        }
        let decoder = JSONDecoder()
        guard let status = try? decoder.decode(Status.self, from: status), let kernels = try? decoder.decode([Worker].self, from: kernels)
        else { return nil }
        let terminals = terminals.flatMap { try? decoder.decode([Worker].self, from: $0) } ?? []
        lastActivity = status.last_activity.flatMap(Self.time)
        lastWork = (kernels + terminals).compactMap { $0.last_activity.flatMap(Self.time) }.max()
        busyKernels = kernels.count { $0.execution_state == "busy" }
    }

    /// ISO 8601 as Python writes it, with or without a fraction.
    private static func time(_ text: String) -> Double? {
        for fraction in [true, false] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)
            if let date = try? style.parse(text) { return date.timeIntervalSince1970 }
        }
        return nil
    }
}
