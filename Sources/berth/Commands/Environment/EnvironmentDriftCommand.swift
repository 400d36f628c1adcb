import ArgumentParser
import LauncherProtocol

/// `berth env drift NAME`: what was installed and removed in running servers since the current version.
struct EnvironmentDriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Show what was installed and removed in running servers since the current version.",
        discussion: """
            + added, - removed, ↑ newer, ↓ older, = the same version from elsewhere.
            As diff, ends with 0 where nothing has changed, 1 where something has, 2 where that can't be told.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME, or OWNER/NAME of somebody else's.")
    var name: String

    func run() async throws {
        let layer: LayerSummary
        do {
            layer = try await options.launcher().call(InspectLayer(account: options.account(), environment: name))
        } catch {
            _ = fail(error)
            throw ExitCode(2)
        }
        for change in layer.changes { print(change) }
        for notice in layer.notices { print("note: \(notice)") }
        if layer.files > 0 { print("\(layer.files) files, \(layer.bytes >> 10) KiB in the layer") }
        if !layer.changes.isEmpty { throw ExitCode(1) }
    }
}
