import Environments
import LauncherProtocol

extension BuildSteps {
    /// What the `pip:` part comes to, on top of the conda packages that are linked for `build`.
    func resolvePip(_ recipe: Recipe, build: BuildID) async throws(StoreError) -> [PipPackage] {
        var request = pipRequest(build)
        request.lines = recipe.pip.map(\.text)
        return try await runPip("pip-resolve", request, build, readOnly: true, naming: recipe.pip.map(\.text)).pip
    }

    /// Installs the `pip:` part of `lock`, exactly.
    func installPip(_ lock: Lock, build: BuildID) async throws(StoreError) {
        var request = pipRequest(build)
        request.pip = lock.pip
        request.options = lock.pipOptions
        let direct = lock.pip.filter(\.direct).map(\.url)
        _ = try await runPip("pip-install", request, build, readOnly: false, naming: lock.pipOptions + direct)
    }

    /// Imports the modules of what a recipe asks for, in its build, which is finished. Foreign code again: it gets no network.
    func importModules(of recipe: Recipe, build: BuildID) async throws(StoreError) -> [BuilderEvent.Imported] {
        var request = pipRequest(build)
        request.egress = nil
        request.names = recipe.asked.sorted()
        request.variables = recipe.variables
        let mounts = [
            BuildJob.Mount(layout.environment(build), at: BuildID.prefix, readOnly: true),
            BuildJob.Mount(staging.scratch, at: "/scratch", readOnly: false),
        ]
        return try await run("import", request, uid: settings.pipUID, mounts: mounts, network: nil).imported
    }

    private func pipRequest(_ build: BuildID) -> BuilderRequest {
        var request = BuilderRequest()
        request.prefix = BuildID.prefix
        request.scratch = "/scratch"
        request.egress = Self.wayOut
        return request
    }

    /// Runs what may run foreign code. It sees its own environment and its own scratch space, no package cache and no
    /// other build, and of the network what the index and the URLs in `lines` need.
    private func runPip(
        _ verb: String, _ request: BuilderRequest, _ build: BuildID, readOnly: Bool, naming lines: [String]
    ) async throws(StoreError) -> BuilderOutcome {
        let mounts = [
            BuildJob.Mount(staging.environment, at: BuildID.prefix, readOnly: readOnly),
            BuildJob.Mount(staging.scratch, at: "/scratch", readOnly: false),
        ]
        return try await withWayOut(for: settings.pipUID, as: .pip, { $0.rules(naming: lines) }) { (way) async throws(StoreError) in
            try await run(verb, request, uid: settings.pipUID, mounts: mounts + [way], network: nil)
        }
    }
}
