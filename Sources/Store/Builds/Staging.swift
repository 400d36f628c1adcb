import Configuration
import Environments
import Foundation

/// The directory of one build on its way.
///
/// | path | owner | what |
/// |---|---|---|
/// | `job` | root | the builder, its request, and the bell of one that waits for it; read-only in the container |
/// | `env` | builder | the environment |
/// | `tmp` | builder | temporary files of the solver |
/// | `scratch` | pip's UID | home, temporary files and cache of pip |
/// | `egress` | root | the socket of pip's way out |
/// | `interpreter` | builder | the Python that compiles |
/// | `compiled` | pip's UID | what that Python writes; nothing has been in it before |
/// | `wheels` | root | what pip installs from, further names of the store's; read-only in the container |
/// | `bytecode`, `linked`, `fetched` | root | bytecode, packages and wheels on their way into the store |
struct Staging: Sendable {
    let path: String
    let name: String

    var environment: String { path + "/env" }
    var job: String { path + "/job" }
    var bell: String { job + "/bell" }
    var scratch: String { path + "/scratch" }
    var egress: String { path + "/egress" }
    var interpreter: String { path + "/interpreter" }
    var compiled: String { path + "/compiled" }
    var bytecode: String { path + "/bytecode" }
    var linked: String { path + "/linked" }
    var fetched: String { path + "/fetched" }
    var wheels: String { path + "/wheels" }

    /// Makes it, empty.
    ///
    /// - Parameter prefix: Of its name, which nobody can guess.
    static func make(_ layout: StoreLayout, _ settings: EnvironmentConfiguration, prefix: String = "") throws(StoreError) -> Staging {
        let name = prefix + UUID().uuidString.lowercased()
        let staging = Staging(path: layout.staging + "/" + name, name: name)
        do {
            try makeDirectory(staging.path, mode: 0o711)
            try makeDirectory(staging.job, mode: 0o755)
            try makeDirectory(staging.path + "/tmp", mode: 0o700, owner: settings.builderUID)
            for path in [staging.bytecode, staging.linked, staging.fetched] { try makeDirectory(path, mode: 0o700) }
            for path in [staging.egress, staging.wheels] { try makeDirectory(path, mode: 0o755) }
            try makeDirectory(staging.scratch, mode: 0o700, owner: settings.pipUID)
            for (name, source) in BuilderProgram.sources { try writeNew(source, to: staging.job + "/" + name) }
            return staging
        } catch {
            staging.remove()
            throw StoreError.from(error, doing: "begin the build", layout: layout)
        }
    }

    /// Makes the environment's directory anew, empty.
    func clearEnvironment(owner: UInt32) throws {
        try removeEnvironment()
        try makeDirectory(environment, mode: 0o777, owner: owner)
    }

    /// Removes what an earlier step has made of the environment.
    func removeEnvironment() throws {
        if FileManager.default.fileExists(atPath: environment) { try FileManager.default.removeItem(atPath: environment) }
    }

    /// Makes the directory anew that the interpreter writes to, empty.
    func clearCompiled(owner: UInt32) throws {
        if FileManager.default.fileExists(atPath: compiled) { try FileManager.default.removeItem(atPath: compiled) }
        try makeDirectory(compiled, mode: 0o700, isNew: true, owner: owner)
    }

    /// Writes what the next container is asked for.
    func write(_ request: BuilderRequest) throws {
        try writeWhole(try JSONEncoder().encode(request), to: job + "/request.json", mode: 0o644, waiting: false)
    }

    /// Removes all of it; what can't be removed now is at the next start.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
