import LauncherProtocol

extension EnvironmentOptions {
    /// The lines about servers that still run what was there before; none where nobody can say.
    func outdatedServers(with environment: String) async -> [String] {
        guard let account = try? account(), let launcher = try? launcher() else { return [] }
        let found = try? await launcher.call(ListOutdatedServers(account: account, environment: environment))
        return (found ?? []).map { "  note: \($0.sentence)" }
    }
}
