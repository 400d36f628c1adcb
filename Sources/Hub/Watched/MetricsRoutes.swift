import Accounts
import Foundation
import Hummingbird
import Metering

/// `/hub/metrics`: the numbers in Prometheus' text form, for those who may have them.
struct MetricsRoutes {
    let hub: HubServices

    /// JupyterHub's name for a token that may read them.
    static let scope = "read:metrics"

    func add(to router: RouterGroup<HubContext>) {
        router.get("metrics", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        guard isAllowed(request, context) else { throw HubError.forbidden }
        let watched = hub.trail.watched
        let families = watched.metrics.families + present + (await hub.gpuFamilies()) + (await watched.collect())
        return Response(
            status: .ok, headers: [.contentType: Exposition.contentType],
            body: .init(byteBuffer: ByteBuffer(string: Exposition.text(families))))
    }

    private func isAllowed(_ request: Request, _ context: HubContext) -> Bool {
        if let identity = context.identity, identity.session == nil { return hub.rights(of: identity).allow(Self.scope, on: .hub) }
        return NetworkAddress(request.clientAddress).map {
            hub.configuration.gateway.metrics.allow.compactMap(NetworkAddress.init).contains($0)
        } ?? false
    }

    /// What is not counted as it happens, but stands as it is now.
    private var present: [MetricFamily] {
        let states = hub.servers.countsByState
        let grants = hub.accounts.snapshot
        return [
            ["starting", "ready", "stopping", "failed"].reduce(MetricFamily("berth_servers", .gauge, help: "Servers by state.")) {
                $0.adding(Double(states[$1] ?? 0), [.init("state", $1)])
            },
            MetricFamily("berth_start_queue", .gauge, help: "Starts that wait for GPUs.").adding(Double(hub.servers.waitingStarts)),
            MetricFamily("berth_sessions", .gauge, help: "Browsers that are logged in.").adding(Double(grants.sessions.count)),
            MetricFamily("berth_tokens", .gauge, help: "API tokens that are valid.").adding(Double(grants.tokens.count)),
            MetricFamily("berth_environment_builds", .gauge, help: "Environments being built.").adding(Double(hub.builds.countUnderWay)),
        ]
    }
}

/// An IP address, whatever way it was written; an IPv4 address inside IPv6 is that IPv4 address.
struct NetworkAddress: Equatable {
    private let bytes: [UInt8]

    init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let all = withUnsafeBytes(of: six) { Array($0) }
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
        bytes = all.starts(with: mapped) ? Array(all.suffix(4)) : all
    }
}
