import Audit
import LauncherProtocol
import Synchronization

/// What is built and decided past the gateway, by the command line or a push: seen and noted like what is done here.
final class Elsewhere: Sendable {
    private let launcher: any LauncherCalling
    private let builds: Builds
    private let trail: Trail
    private let lookUpstream: (@Sendable () -> Void)?
    /// Those under way, by the launcher's identifier.
    private let underWay = Mutex<[String: (build: Builds.Build, begun: BegunBuild)]>([:])

    init(launcher: any LauncherCalling, builds: Builds, trail: Trail, lookUpstream: (@Sendable () -> Void)?) {
        self.launcher = launcher
        self.builds = builds
        self.trail = trail
        self.lookUpstream = lookUpstream
    }

    /// Follows what the launcher reports until the task is cancelled, and begins anew after it was restarted.
    func follow() async {
        while !Task.isCancelled {
            // The error is the one that everything else meets as well, where it is told.
            _ = try? await launcher.call(WatchElsewhere()) { [weak self] news in self?.take(news) }
            abandon()
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Nobody will tell any more what becomes of those under way.
    private func abandon() {
        let left = underWay.withLock { all in
            defer { all = [:] }
            return Array(all.values)
        }
        let reason = LauncherError(.unavailable, "What became of this build is not known: the launcher was restarted.")
        for one in left { one.build.tell(last: .failed(reason)) }
    }

    private func take(_ news: ElsewhereNews) {
        switch news {
        case .began(let begun):
            let build = Builds.Build(begun)
            underWay.withLock { $0[begun.id] = (build, begun) }
            builds.add(build)
        case .progress(let id, let progress): underWay.withLock { $0[id]?.build }?.events.tell(.progress(progress))
        case .done(let id, let summary): end(id, .done(summary, outdated: []), summary.name, .success, "build \(summary.build)")
        case .failed(let id, let error): end(id, .failed(error), nil, .failed, error.message.english)
        case .look: lookUpstream?()
        case .decided(let decision): trail.note(decision.what, who: decision.who)
        }
    }

    private func end(_ id: String, _ event: Builds.Event, _ name: String?, _ result: AuditEvent.Result, _ words: String) {
        guard let (build, begun) = underWay.withLock({ $0.removeValue(forKey: id) }) else { return }
        build.tell(last: event)
        // A push is noted with all that it changed.
        guard begun.way == .commandLine else { return }
        let kind: AuditEvent.Kind =
            switch begun.call {
            case RollBackEnvironment.name: .environmentRollBack
            case RepairEnvironment.name: .environmentRepair
            case SaveLayer.name: .environmentSave
            default: .environmentCreate
            }
        let subject = EnvironmentView.fullName(name ?? build.name, of: build.account)
        trail.note(kind, who: begun.who, on: subject, result: result, note: "by the command line, \(words)")
    }
}
