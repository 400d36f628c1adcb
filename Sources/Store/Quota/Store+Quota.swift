import Environments
import Foundation
import LauncherProtocol

/// What a person's environments take, and whether that is more than they may.
extension Store {
    /// What the environments of an account take; nil for a quota where there is none.
    public func ownStorage(of uid: UInt32) async throws(StoreError) -> ReadOwnStorage.Outcome {
        let quota = await quota(uid)
        return try await offPool { [self] () throws(StoreError) in
            let builds = try keptBuilds(of: uid)
            let environments = try builds.map { name, builds throws(StoreError) in
                ReadOwnStorage.Environment(name: name.text, size: try usage.bytes(of: builds))
            }
            return ReadOwnStorage.Outcome(
                environments: environments.sorted { ($1.size, $0.name) < ($0.size, $1.name) },
                builds: try usage.bytes(of: builds.flatMap(\.builds)), layers: layerBytes(of: uid), quota: quota)
        }
    }

    /// Refuses a build with which an account's environments would take more than they may. One that is among them
    /// already adds nothing.
    func judgeQuota(_ build: BuildID, as name: EnvironmentName, for uid: UInt32) async throws(StoreError) {
        guard let quota = await quota(uid) else { return }
        try await offPool { [self] () throws(StoreError) in
            guard try !keptBuilds(of: uid).contains(where: { $0.builds.contains(build) }) else { return }
            let next = try keptBuilds(of: uid, next: (name, build))
            let layers = layerBytes(of: uid)
            let total = try usage.bytes(of: next.flatMap(\.builds)) + layers
            guard total > quota else { return }
            var lines: [(size: Int, text: String)] = []
            for (other, builds) in next where other != name {
                lines.append((try usage.bytes(of: builds), "“\(other)”, which “berth env remove \(other)” takes away"))
            }
            lines.append((try usage.bytes(of: next.first { $0.name == name }?.builds ?? []), "“\(name)”, with this and its kept versions"))
            lines.append((layers, "what was installed in servers, which “berth env discard NAME” throws away"))
            throw StoreError(
                .failed,
                "With this version of “\(name)” the environments would take \(Self.size(total)), and their quota is \(Self.size(quota)). Nothing of it was kept. Remove what is no longer needed, and build it again; an administrator can raise the quota.",
                log: lines.filter { $0.size > 0 }.sorted { $0.size > $1.size }.map { "\(Self.size($0.size)): \($0.text)" })
        }
    }

    /// The builds that each environment of an account keeps and that are in the store.
    ///
    /// - Parameter next: What would be the newest version of one of them, or of a new one.
    private func keptBuilds(
        of uid: UInt32, next: (name: EnvironmentName, build: BuildID)? = nil
    ) throws(StoreError) -> [(name: EnvironmentName, builds: [BuildID])] {
        let assigned = try sharing.assignedVersions()
        let names = try repositories.names(for: uid)
        var kept: [(name: EnvironmentName, builds: [BuildID])] = names.map { name in
            // One that can't be read hides none of the others.
            let builds = try? keptBuilds(
                of: name, uid, pins: assigned[name.text] ?? [], next: next.flatMap { $0.name == name ? $0.build : nil })
            return (name, (builds ?? []).filter(layout.hasBuild))
        }
        if let next, !names.contains(next.name) { kept.append((next.name, [next.build])) }
        return kept
    }

    func layerBytes(of uid: UInt32) -> Int { (try? DiskUsage(of: ["\(layout.layers)/\(uid)"]).bytes) ?? 0 }

    static func size(_ bytes: Int) -> String {
        bytes >= 1 << 30 ? String(format: "%.1f GiB", Double(bytes) / Double(1 << 30)) : "\((bytes + (1 << 20) - 1) >> 20) MiB"
    }
}
