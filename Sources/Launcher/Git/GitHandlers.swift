import LauncherProtocol
import Store

extension LauncherHandlers {
    /// Answers the calls about git: of the gateway for people, and of git's hooks during a push.
    mutating func answerGit(with access: EnvironmentAccess, _ exchanges: GitExchanges) {
        on(OpenGit.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(
                call.environment, of: call.account, for: context.caller, needs: call.request.service.writes ? .edit : .use)
            return try await exchanges.open(call.request, about: subject)
        }
        on(CloseGit.self) { call, _ throws(LauncherError) in try await exchanges.close(call.exchange, of: call.account) }
        on(JudgePush.self) { call, context throws(LauncherError) in
            try await exchanges.judge(call, progress: context.report)
            return Done()
        }
        on(RecordPush.self) { call, _ throws(LauncherError) in
            try await exchanges.record(call)
        }
        on(TagEnvironment.self) { call, context throws(LauncherError) in
            let subject = try await access.subject(
                call.environment, of: call.account, for: context.caller, needs: call.isTakenAway ? .admin : .edit)
            return try await inStore { () async throws(StoreError) in
                try await access.store.tag(
                    subject.name, as: call.tag, version: call.version, isTakenAway: call.isTakenAway, for: subject.owner.uid)
            }
        }
    }
}
