import ArgumentParser
import CLinux
import Glibc
import Launcher
import Logging

/// `berth launcher`: the privileged half alone, as a systemd unit runs it.
struct LauncherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launcher", abstract: "Run the launcher: PAM, the engine and the environment store. It needs root.")

    @OptionGroup var common: CommonOptions

    @Flag(help: .hidden)
    var supervised = false

    func run() async throws {
        if supervised { endWithParent() }
        let configuration = try common.loadForService()
        do {
            quieten(SIGPIPE)
            let signals = Signals()
            let service = try LauncherService(configuration: configuration, logger: Logger(label: "berth.launcher"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                group.addTask { for await signal in signals.events where signal != SIGHUP { break } }
                try await group.next()
                group.cancelAll()
            }
        } catch { throw fail(error) }
    }
}
