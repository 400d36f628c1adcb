import Configuration
import Logging

/// Keeps one container of the solver ready, so that somebody who edits and solves again waits for the solver alone.
///
/// There is none before somebody looks a recipe over or solves one, and none after ``idle`` without a solve.
actor ReadySolver {
    private let layout: StoreLayout
    private let settings: EnvironmentConfiguration
    private let containers: any BuildContainers
    private let logger: Logger
    /// How long it waits for a request; nil where there is never one.
    private let idle: Duration?
    private var waiting: WaitingSolver?
    private var isMaking = false
    private var isOver = false

    init(layout: StoreLayout, settings: EnvironmentConfiguration, containers: any BuildContainers, logger: Logger, idle: Duration?) {
        self.layout = layout
        self.settings = settings
        self.containers = containers
        self.logger = logger
        self.idle = idle
    }

    /// Makes one ready where none is, in the background.
    nonisolated func prepare() { Task { await makeReady() } }

    /// The one that is ready, which is then the caller's alone; nil where the caller has to do without.
    func take() async -> WaitingSolver? {
        guard let solver = waiting else { return nil }
        waiting = nil
        guard await solver.isUpToDate else {
            solver.end()
            return nil
        }
        return solver
    }

    /// Ends the one that waits; there is no other after it.
    func end() async {
        isOver = true
        let solver = waiting
        waiting = nil
        solver?.end()
        await solver?.ended()
    }

    func makeReady() async {
        guard let idle, waiting == nil, !isMaking, !isOver else { return }
        isMaking = true
        defer { isMaking = false }
        do throws(StoreError) {
            let (staging, bell, mounts) = try await offPool { [layout, settings] () throws(StoreError) in
                let staging = try Staging.make(layout, settings, prefix: "ready-")
                do { return (staging, try Bell(at: staging.bell), MountSources(settings.mounts)) } catch {
                    staging.remove()
                    throw StoreError.from(error, doing: "make a solver ready", layout: layout)
                }
            }
            guard !isOver else { return try await offPool { staging.remove() } }
            let steps = BuildSteps(
                layout: layout, settings: settings, containers: containers, logger: logger, staging: staging,
                deadline: .now + idle + .seconds(settings.timeout), progress: { _ in })
            let solver = WaitingSolver(steps, bell, mounts: mounts)
            waiting = solver
            Task { await watch(solver, for: idle) }
        } catch {
            logger.notice("No solver could be made ready", metadata: ["reason": "\(error)"])
        }
    }

    private nonisolated func watch(_ solver: WaitingSolver, for idle: Duration) async {
        let clock = Task {
            try await Task.sleep(for: idle)
            if await forget(solver) { solver.end() }
        }
        await solver.ended()
        clock.cancel()
        await forget(solver)
    }

    /// Whether it was still waiting.
    @discardableResult
    private func forget(_ solver: WaitingSolver) -> Bool {
        guard waiting === solver else { return false }
        waiting = nil
        return true
    }
}
