import Environments
import Foundation
import Glibc
import LauncherProtocol

/// All environments, for whoever looks after them.
extension Store {
    /// The UIDs that have environments.
    public func owners() async throws(StoreError) -> [UInt32] {
        try await offPool { [self] () throws(StoreError) in try repositories.owners() }
    }

    /// A part of all environments, by owner and name.
    /// - Parameter names: of the accounts, by UID.
    public func overview(
        names: [UInt32: String], matching text: String, offset: Int, limit: Int
    ) async throws(StoreError) -> ListAllEnvironments.Outcome {
        try await offPool { [self] () throws(StoreError) in
            var found: [(uid: UInt32, owner: String, name: EnvironmentName)] = []
            for (uid, owner) in names.sorted(by: { $0.value < $1.value }) {
                for name in try repositories.names(for: uid)
                where text.isEmpty || "\(owner)/\(name)".range(of: text, options: .caseInsensitive) != nil {
                    found.append((uid, owner, name))
                }
            }
            let assignments = try sharing.assignments()
            let shown = found.dropFirst(max(offset, 0)).prefix(max(limit, 0))
            return ListAllEnvironments.Outcome(
                environments: shown.map { overview(of: $0.name, uid: $0.uid, owner: $0.owner, assignments) }, total: found.count)
        }
    }

    /// One that can't be read is shown without what is in it.
    private func overview(
        of name: EnvironmentName, uid: UInt32, owner: String, _ assignments: [EnvironmentAssignment]
    ) -> EnvironmentOverview {
        let entry = try? index.entry(name, of: uid)
        let build = entry?.builds.first
        return EnvironmentOverview(
            owner: owner, name: name.text, build: build?.text ?? "", isBuilt: build.map(layout.hasBuild) ?? false,
            size: build.map { layout.record(of: $0).size } ?? 0, versions: entry?.versions ?? 0, changed: entry?.changed ?? 0,
            lastUsed: layout.lastUse(of: name, uid), grants: (try? sharing.grants(of: name, for: uid)) ?? [],
            assignedTo: assignments.filter { $0.environment == "\(owner)/\(name)" }.map(\.to))
    }

    /// What environments take: of a part of the accounts, those that take most first, and in total.
    /// - Parameter names: of the accounts, by UID.
    public func storage(
        names: [UInt32: String], matching text: String, offset: Int, limit: Int
    ) async throws(StoreError) -> ReadStorage.Outcome {
        let (found, shown) = try await count(names: names, matching: text, offset: offset, limit: limit)
        var accounts: [AccountStorage] = []
        for (uid, account) in zip(shown, found.accounts) {
            let own = await quota(uid) == nil ? nil : try await ownStorage(of: uid)
            accounts.append(
                AccountStorage(
                    owner: account.owner, environments: account.environments, builds: account.builds, layers: account.layers,
                    quota: own?.quota, counted: own.map { $0.builds + $0.layers }))
        }
        return ReadStorage.Outcome(
            accounts: accounts, total: found.total, environments: found.environments, builds: found.builds, size: found.size,
            disk: found.disk, free: found.free)
    }

    /// The same without quotas, and the UIDs of the accounts that are shown.
    private func count(
        names: [UInt32: String], matching text: String, offset: Int, limit: Int
    ) async throws(StoreError) -> (ReadStorage.Outcome, shown: [UInt32]) {
        try await offPool { [self] () throws(StoreError) in
            var sizes: [BuildID: Int] = [:]
            var accounts: [(uid: UInt32, owner: String, environments: Int, builds: Int)] = []
            var environments = 0
            for (uid, owner) in names {
                let own = try repositories.names(for: uid)
                let builds = Set(own.flatMap { (try? index.entry($0, of: uid))?.builds ?? [] }.filter(layout.hasBuild))
                for build in builds where sizes[build] == nil { sizes[build] = layout.record(of: build).size }
                environments += own.count
                guard text.isEmpty || owner.range(of: text, options: .caseInsensitive) != nil else { continue }
                accounts.append((uid, owner, own.count, builds.reduce(0) { $0 + (sizes[$1] ?? 0) }))
            }
            accounts.sort { ($1.builds, $0.owner) < ($0.builds, $1.owner) }
            let shown = accounts.dropFirst(max(offset, 0)).prefix(max(limit, 0))
            var status = statvfs()
            guard statvfs(layout.store, &status) == 0 else {
                throw .from(FileError("look at", layout.store), doing: "read how much room there is", layout: layout)
            }
            let storage = shown.map {
                AccountStorage(owner: $0.owner, environments: $0.environments, builds: $0.builds, layers: layerBytes(of: $0.uid))
            }
            let outcome = ReadStorage.Outcome(
                accounts: storage, total: accounts.count, environments: environments, builds: sizes.count,
                size: sizes.values.reduce(0, +), disk: Int(status.f_blocks) * Int(status.f_frsize),
                free: Int(status.f_bavail) * Int(status.f_frsize))
            return (outcome, shown.map(\.uid))
        }
    }
}

extension StoreLayout {
    /// Beside the repository; its time says when the environment was used last.
    func useMark(_ name: EnvironmentName, of uid: UInt32) -> String { repositories + "/\(uid)/\(name).used" }

    /// Notes that a server begins to run with the environment. Where that fails nobody is kept from working.
    func noteUse(of name: EnvironmentName, _ uid: UInt32) { touch(useMark(name, of: uid)) }

    /// Gives an empty file a time, in seconds since 1970, or that of now, where it can.
    func touch(_ path: String, at time: Double? = nil) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        if let time {
            let spec = timespec(tv_sec: Int(time), tv_nsec: Int((time - time.rounded(.down)) * 1e9))
            futimens(file, [spec, spec])
        } else {
            futimens(file, nil)
        }
        close(file)
    }

    /// Seconds since 1970; nil for never.
    func lastUse(of name: EnvironmentName, _ uid: UInt32) -> Double? {
        var status = stat()
        guard stat(useMark(name, of: uid), &status) == 0 else { return nil }
        return Double(status.st_mtim.tv_sec)
    }
}
