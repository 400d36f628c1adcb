import ArgumentParser
import Configuration
import Foundation
import Launcher

/// `berth run`: both halves from one command, for a trial or a host without systemd.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the launcher and the gateway together, and start either again when it ends.",
        discussion: "For production, let systemd run “berth launcher” and “berth gateway” as two units.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let configuration = try common.loadForService()
        guard getuid() == 0 else {
            throw fail(LauncherSetupError.notRoot)
        }
        do {
            try Directories(configuration).prepare()
            let path = URL(fileURLWithPath: common.path).path
            let halves = ["launcher", "gateway"].map { [$0, "--config", path, "--supervised"] }
            if try await Supervisor(children: halves).run() { throw ExitCode.failure }
        } catch { throw fail(error) }
    }
}
