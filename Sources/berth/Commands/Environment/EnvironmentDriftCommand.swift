import ArgumentParser
import LauncherProtocol

/// `berth env drift NAME`: what was installed and removed in running servers since a version.
struct EnvironmentDriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Show what was installed and removed in running servers since a version.",
        discussion: """
            + added, - removed, ↑ newer, ↓ older, = the same version from elsewhere.
            As diff, ends with 0 where nothing has changed, 1 where something has, 2 where that can't be told.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for what lies over an older version.")
    var environment: EnvironmentReference?

    @Flag(help: "Show what lies over each version.")
    var all = false

    @Flag(help: "Show what lies over environments that are gone for good.")
    var orphaned = false

    func validate() throws {
        guard orphaned != (environment != nil) else { throw ValidationError("Name an environment, or give --orphaned alone.") }
    }

    func run() async throws {
        do {
            let account = try options.account(), launcher = try options.launcher()
            guard let (name, version) = environment?.parts else {
                return show(try await launcher.call(ListOrphanedLayers(account: account)))
            }
            let layers = try await launcher.call(ListLayers(account: account, environment: name))
            if all { return try show(layers, of: name) }
            let layer = try await launcher.call(InspectLayer(account: account, environment: name, version: version))
            show(layer)
            if version == nil, layers.contains(where: { !$0.isCurrent && !$0.isSaved }) { print("note: \(earlierLayers(of: name))") }
            if !layer.changes.isEmpty { throw ExitCode(1) }
        } catch let code as ExitCode {
            throw code
        } catch {
            _ = fail(error)
            throw ExitCode(2)
        }
    }

    private func show(_ layer: LayerSummary) {
        for change in layer.changes { print(change) }
        for notice in layer.notices { print("note: \(notice)") }
        if layer.files > 0 { print("\(layer.files) files, \(layer.bytes >> 10) KiB in the layer") }
    }

    private func show(_ layers: [OrphanedLayer]) {
        if layers.isEmpty { print("Nothing lies over an environment that is gone for good.") }
        for layer in layers {
            let reference = "\(layer.environment)@\(layer.build.prefix(12))"
            print("Over \(reference): \(layer.files) files, \(layer.bytes >> 10) KiB")
            print("To lose it: berth env discard \(reference) --orphaned")
        }
    }

    private func show(_ layers: [PersonalLayer], of name: String) throws {
        for layer in layers {
            let reference = "\(name)@\(layer.version.id.prefix(12))"
            let state = layer.isCurrent ? ", current" : layer.isSaved ? ", saved" : ""
            print("Over \(reference) (\(layer.version.message)\(state)):".printable)
            show(layer.summary)
            guard !layer.isCurrent, !layer.isSaved else { continue }
            print("To keep or lose it: berth env save \(reference), save \(reference) --as NEW, or discard \(reference)")
        }
        if layers.contains(where: { !$0.summary.changes.isEmpty }) { throw ExitCode(1) }
    }
}
