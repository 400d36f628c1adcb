import Environments
import LauncherProtocol

/// A build as an archive that works at any path.
public struct EnvironmentPack: Sendable {
    /// What a file of it is called: the environment and its build.
    public let name: String
    private let writer: @Sendable (CInt) throws(StoreError) -> Void

    init(name: String, writer: @escaping @Sendable (CInt) throws(StoreError) -> Void) {
        self.name = name
        self.writer = writer
    }

    /// Writes it, as an uncompressed tar archive, to a descriptor that stays the caller's. **Blocks.**
    public func write(to output: CInt) throws(StoreError) { try writer(output) }
}

extension Store {
    /// Lends a version's build as an archive; until `body` ends nothing takes the build away.
    ///
    /// - Parameter text: A version's identity; nil for the current one.
    public func packing<Value: Sendable>(
        _ name: String, version text: String? = nil, for uid: UInt32,
        _ body: @Sendable (EnvironmentPack) async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let name = try checked(name)
        let version = try await offPool { [self] () throws(StoreError) in
            try repositories.version(text, of: name, for: uid).0
        }
        let build = try version.build
        guard let held = await builds.hold(build) else {
            throw StoreError(
                .failed, "The build of this version of “\(name)” is gone from the store. Go back to that version to build it again.")
        }
        let (layout, variables) = (layout, version.lock.variables)
        let pack = EnvironmentPack(name: "\(name)-\(build.text.prefix(12))") { output throws(StoreError) in
            do throws(FileError) {
                try PackWriter(tree: layout.environment(build), prefix: BuildID.prefix, variables: variables, output: output).write()
            } catch {
                throw .from(error, doing: "write the archive", layout: layout)
            }
        }
        do throws(StoreError) {
            let value = try await body(pack)
            await builds.release(held)
            return value
        } catch {
            await builds.release(held)
            throw error
        }
    }
}
