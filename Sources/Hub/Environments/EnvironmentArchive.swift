import HTTPTypes
import Hummingbird
import LauncherProtocol

/// An environment's build to take away, as an archive that is unpacked anywhere. It goes from the launcher to the
/// person at their pace, and is gathered nowhere.
enum EnvironmentArchive {
    /// What they are called among the forms of ``EnvironmentDownload``.
    static let forms: [(form: String, compression: PackEnvironment.Compression)] = [("archive", .gzip), ("archive-zstd", .zstd)]

    static func response(_ call: PackEnvironment, _ hub: HubServices) async throws -> Response {
        let (opened, packing) = try await hub.launcher.pack(call)
        return Response(
            status: .ok,
            headers: [
                .contentType: call.compression == .gzip ? "application/gzip" : "application/zstd",
                .contentDisposition: "attachment; filename=\"\(opened.file)\"",
            ],
            body: .init { [logger = hub.logger] writer in
                do {
                    let channel = try await LauncherSocket(path: opened.socket).connect()
                    try await channel.executeThenClose { inbound, _ in
                        for try await bytes in inbound { try await writer.write(bytes) }
                    }
                    // An archive that broke off must not look whole.
                    try await packing.value
                    try await writer.finish(nil)
                } catch {
                    packing.cancel()
                    logger.info("An archive broke off", metadata: ["environment": "\(call.environment)", "reason": "\(error)"])
                    throw error
                }
            })
    }
}
