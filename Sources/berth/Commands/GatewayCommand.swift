import ArgumentParser
import CLinux
import Glibc

/// `berth gateway`: the unprivileged half alone, as a systemd unit runs it.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Run the gateway: TLS, proxy, pages and API. It needs no privileges and drops them.")

    @OptionGroup var common: CommonOptions

    @Flag(help: .hidden)
    var supervised = false

    func run() async throws {
        if supervised { endWithParent() }
        let configuration = try common.loadForService()
        let isEndedByAPI: Bool
        do {
            try dropPrivileges(to: configuration.gateway.user)
            quieten(SIGPIPE)
            let signals = Signals()
            isEndedByAPI = try await Gateway(configuration).run(until: signals)
        } catch { throw fail(error) }
        if isEndedByAPI { throw ExitCode(Supervisor.endStatus) }
    }
}
