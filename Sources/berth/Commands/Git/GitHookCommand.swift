import ArgumentParser
import Foundation
import Store

/// `berth git-hook NAME`: what git runs during a push.
struct GitHookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "git-hook", abstract: "Judge a push; run by git, not by people.", shouldDisplay: false)

    @Argument var hook: PushHook.Kind

    func run() async throws {
        do {
            let hook = try PushHook(environment: ProcessInfo.processInfo.environment)
            let status = await hook.run(self.hook)
            if status != 0 { throw ExitCode(status) }
        } catch { throw fail(error) }
    }
}

extension PushHook.Kind: ExpressibleByArgument {}
