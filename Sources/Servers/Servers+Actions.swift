import LauncherProtocol
import Phrases

extension Servers {
    /// Lines of a log that a failure shows.
    private static let logLines = 40

    func perform(_ action: ServerLife.Action, for id: ServerID) {
        switch action {
        case .start(let profile, let environment):
            let task = Task { await start(StartServer(id: id, profile: profile, environment: environment)) }
            entries.withLock { $0[id]?.start = task }
        case .abandonStart:
            entries.withLock { $0[id]?.start }?.cancel()
        case .probe(let record):
            probe(record)
        case .endProbe:
            entries.withLock { entries in
                defer { entries[id]?.probe = nil }
                return entries[id]?.probe
            }?.cancel()
        case .stop:
            Task {
                do throws(LauncherError) {
                    _ = try await launcher.call(StopServer(id: id))
                    handle(.stopSucceeded, for: id)
                } catch { handle(.stopFailed(error), for: id) }
            }
        case .clear:
            Task {
                do throws(LauncherError) { _ = try await launcher.call(StopServer(id: id)) } catch {
                    logger.warning("A server that never answered could not be removed: \(error)", metadata: ["owner": "\(id.owner)"])
                }
            }
        }
    }

    private func start(_ call: StartServer) async {
        do throws(LauncherError) {
            let record = try await startInTurn(call)
            handle(.containerRuns(record), for: call.id)
        } catch {
            // Given up on purpose: a new start may be under way already.
            guard !Task.isCancelled else { return }
            if error.kind != .refused {
                logger.warning("A server did not start: \(error.message)", metadata: ["owner": "\(call.id.owner)"])
            }
            handle(.startFailed(error), for: call.id)
        }
    }

    /// The launcher's part of a start is the first 85 percent; the rest is Jupyter's.
    func note(_ progress: StartProgress, of id: ServerID) {
        entries.withLock { entries in
            guard let entry = entries[id], case .starting = entry.life.state else { return }
            let percent = Int((progress.fraction ?? 0) * 85)
            let step = ServerStep(
                phase: progress.phase, message: progress.message, percent: max(min(percent, 85), entry.step?.percent ?? 0))
            guard entry.step != step else { return }
            entries[id]?.step = step
            entry.history.tell(.progress(step))
        }
    }

    private func probe(_ record: ServerRecord) {
        let probe = ReadinessProbe(record: record, timeout: startTimeout) { [weak self] outcome in
            guard let self else { return }
            switch outcome {
            case .answered: handle(.answered(container: record.container), for: record.id)
            case .cancelled: break
            case .silent(let reason): Task { await self.tellSilent(record, reason) }
            }
        }
        entries.withLock { $0[record.id]?.probe = probe }
        probe.start()
    }

    private func tellSilent(_ record: ServerRecord, _ reason: Phrase) async {
        let log = (try? await launcher.call(ReadServerLog(id: record.id, lines: Self.logLines))) ?? []
        handle(.silent(container: record.container, ServerFailure(reason: reason, log: log)), for: record.id)
    }
}
