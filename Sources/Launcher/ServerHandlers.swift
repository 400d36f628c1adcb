import LauncherProtocol
import Logins
import Spawner
import Store

extension LauncherHandlers {
    /// Answers the server calls: the account by name through the policy, all else from the configuration.
    mutating func answerServers(with spawner: Spawner, accounts: Logins, store: Store) {
        on(StartServer.self) { call, context throws(LauncherError) in
            let account = try await accounts.policyAccount(named: call.id.owner)
            return try await spawner.start(account: account, call: call, progress: context.report)
        }
        on(StopServer.self) { call, _ throws(LauncherError) in
            try await spawner.stop(call.id)
            return Done()
        }
        on(ListServers.self) { _, _ throws(LauncherError) in try await spawner.list() }
        on(WatchServers.self) { _, context throws(LauncherError) in
            await spawner.watch(context.report)
            return Done()
        }
        on(ReadServerLog.self) { call, _ throws(LauncherError) in try await spawner.log(call.id, lines: call.lines) }
        on(ListImages.self) { _, _ throws(LauncherError) in try await spawner.images() }
        on(PullImage.self) { call, context throws(LauncherError) in
            try await spawner.pullImage(call.image, progress: context.report)
            return Done()
        }
        on(RemoveImage.self) { call, _ throws(LauncherError) in
            try await spawner.removeImage(call.image)
            return Done()
        }
        on(ListGPUs.self) { _, _ throws(LauncherError) in try await spawner.gpus() }
        on(DescribeHost.self) { call, context throws(LauncherError) in
            let account = try await accounts.policyAccount(named: call.account)
            guard context.caller.role != .member || account.uid == context.caller.uid else {
                throw LauncherError(.refused, "What “\(account.name)” may use is not yours to ask for. Leave out --user.")
            }
            // Whoever asks for this looks a recipe over.
            store.expectSolve()
            return await spawner.describeHost(for: account, platform: Platform.host)
        }
        on(ListProfiles.self) { call, _ throws(LauncherError) in
            await spawner.profiles(for: try await accounts.policyAccount(named: call.account))
        }
    }
}
