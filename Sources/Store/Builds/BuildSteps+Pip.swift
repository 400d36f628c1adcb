import Environments
import LauncherProtocol

extension BuildSteps {
    /// What the `pip:` part comes to on this host, on top of the conda packages that are linked.
    func resolvePip(_ recipe: Recipe, for target: Target) async throws(StoreError) -> [PipPackage] {
        var request = pipRequest()
        request.glibc = target.glibc
        request.lines = recipe.pip.map(\.text)
        return try await runPip("pip-resolve", request, naming: recipe.pip.map(\.text)).pip
    }

    /// The lock of another platform with what the `pip:` part comes to there. pip runs in the host's environment, which
    /// is linked, and nothing of what it finds.
    ///
    /// - Parameter host: The lock of this host, with its pip part.
    func lockPip(_ recipe: Recipe, on lock: Lock, for target: Target, beside host: Lock) async throws(StoreError) -> Lock {
        guard !recipe.pip.isEmpty, let python = lock.python else { return lock }
        var request = pipRequest()
        request.lines = recipe.pip.map(\.text)
        request.platform = target.platform
        request.virtualPackages = target.virtualPackages
        request.packages = lock.packages
        request.pip = host.pip
        request.python = python
        let outcome = try await runPip("pip-foreign", request, naming: recipe.pip.map(\.text))
        return Lock(
            platform: lock.platform, packages: lock.packages, pip: outcome.pip, pipOptions: recipe.pipOptions, variables: lock.variables,
            lacking: outcome.lacking ?? [])
    }

    /// Installs the `pip:` part of `lock`, exactly: from wheels that are kept, and what is not is fetched or built, and
    /// kept, first. pip then has no network, and nothing that it installs runs.
    func installPip(_ lock: Lock, build: BuildID) async throws(StoreError) {
        let (store, staging) = (WheelStore(layout), staging)
        var wheels = try await disk("look for wheels", as: "wheels") { try store.kept(of: lock, as: build) }
        let missing = lock.pip.filter { wheels[$0.project] == nil }
        if !missing.isEmpty {
            var request = pipRequest()
            request.pip = missing
            request.options = lock.pipOptions
            let addresses = missing.map(\.url)
            _ = try await runPip("pip-fetch", request, naming: lock.pipOptions + addresses)
            let fetched = try await disk("keep the wheels", as: "wheels") {
                try store.adopt(missing, from: staging.scratch + "/wheels", by: staging.fetched)
            }
            wheels.merge(fetched) { $1 }
        }
        let shelf = wheels
        try await disk("give pip the wheels", as: "wheels") {
            try store.note(shelf, for: build)
            try store.give(shelf, in: staging.wheels)
        }
        var request = pipRequest()
        request.egress = nil
        request.shelf = "/wheels"
        request.wheels = lock.pip.compactMap { package in
            shelf[package.project].map { .init(package: package, file: $0.file, sha256: $0.sha256) }
        }
        let mounts = [
            BuildJob.Mount(staging.environment, at: BuildID.prefix, readOnly: false),
            BuildJob.Mount(staging.wheels, at: "/wheels", readOnly: true),
            BuildJob.Mount(staging.scratch, at: "/scratch", readOnly: false),
        ]
        _ = try await run("pip-install", request, uid: settings.pipUID, mounts: mounts, network: nil)
    }

    /// Imports the modules of what a recipe asks for, in its build, which is finished. Foreign code again: it gets no network.
    func importModules(of recipe: Recipe, build: BuildID) async throws(StoreError) -> [BuilderEvent.Imported] {
        var request = pipRequest()
        request.egress = nil
        request.names = recipe.asked.sorted()
        request.variables = recipe.variables
        let mounts = [
            BuildJob.Mount(layout.environment(build), at: BuildID.prefix, readOnly: true),
            BuildJob.Mount(staging.scratch, at: "/scratch", readOnly: false),
        ]
        return try await run("import", request, uid: settings.pipUID, mounts: mounts, network: nil).imported
    }

    private func pipRequest() -> BuilderRequest {
        var request = BuilderRequest()
        request.prefix = BuildID.prefix
        request.scratch = "/scratch"
        request.egress = Self.wayOut
        return request
    }

    /// Runs what may run foreign code. It sees its own environment and its own scratch space, no package cache and no
    /// other build, and of the network what the index and the URLs in `lines` need.
    private func runPip(
        _ verb: String, _ request: BuilderRequest, naming lines: [String]
    ) async throws(StoreError) -> BuilderOutcome {
        let mounts = [
            BuildJob.Mount(staging.environment, at: BuildID.prefix, readOnly: true),
            BuildJob.Mount(staging.scratch, at: "/scratch", readOnly: false),
        ]
        return try await withWayOut(for: settings.pipUID, as: .pip, { $0.rules(naming: lines) }) { (way) async throws(StoreError) in
            try await run(verb, request, uid: settings.pipUID, mounts: mounts + [way], network: nil)
        }
    }
}
