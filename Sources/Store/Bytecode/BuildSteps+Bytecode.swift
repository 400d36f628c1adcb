import Environments
import Glibc

extension BuildSteps {
    /// Gives every Python source of the environment its bytecode, since nobody can write it later: from the
    /// cache, and what nobody has compiled yet is compiled first.
    ///
    /// - Returns: `contents` with the bytecode.
    func compile(_ lock: Lock, _ contents: BuildContents) async throws(StoreError) -> BuildContents {
        guard let interpreter = Interpreter(of: lock) else { return contents }
        let cache = BytecodeCache(layout, interpreter)
        let (tree, owner) = (staging.environment, settings.builderUID)
        let (known, missing) = try await disk("look for bytecode", as: "bytecode") {
            let entries = try cache.entries()
            return (entries, cache.missing(of: contents.sources, in: entries))
        }
        if !missing.isEmpty { try await compile(missing, by: interpreter, into: cache) }
        return try await disk("link the bytecode", as: "bytecode") {
            var contents = contents
            try cache.link(missing.isEmpty ? known : cache.entries(), into: tree, &contents, owner: owner)
            return contents
        }
    }

    /// Compiles what nobody has compiled yet.
    private func compile(
        _ missing: [PythonSource], by interpreter: Interpreter, into cache: BytecodeCache
    ) async throws(StoreError) {
        try await install(interpreter)
        var request = BuilderRequest()
        request.sources = missing
        request.prefix = BuildID.prefix
        request.interpreter = Interpreter.prefix
        request.scratch = "/scratch"
        // Not the scratch space that pip's packages had: what they left there could become others' bytecode.
        let (staging, pipUID) = (staging, settings.pipUID)
        try await disk("make room for the bytecode") { try staging.clearCompiled(owner: pipUID) }
        // Sources are only read here. No channel's package runs but the interpreter's own, and it reaches nothing.
        let mounts = [
            BuildJob.Mount(staging.environment, at: BuildID.prefix, readOnly: true),
            BuildJob.Mount(staging.interpreter, at: Interpreter.prefix, readOnly: true),
            BuildJob.Mount(staging.compiled, at: "/scratch", readOnly: false),
        ]
        _ = try await run("compile", request, uid: settings.pipUID, mounts: mounts, network: nil)
        let (output, waiting) = (staging.compiled + "/bytecode", staging.bytecode)
        try await disk("keep the bytecode", as: "bytecode") { try cache.adopt(missing, from: output, by: waiting) }
    }

    /// Once in a staging directory: before pip's packages are there, and after.
    private func install(_ interpreter: Interpreter) async throws(StoreError) {
        let path = staging.interpreter
        guard access(path, F_OK) != 0 else { return }
        let owner = settings.builderUID
        try await disk("make the interpreter's directory") { try makeDirectory(path, mode: 0o755, owner: owner) }
        try await install(interpreter.lock, into: "interpreter", prefix: Interpreter.prefix, purpose: "install-interpreter")
        try await disk("open the interpreter to its user") { try Tree.openDirectories(path) }
    }
}
