import Configuration
import Logging

/// Keeps one container of the solver ready, so that somebody who edits and solves again waits for the solver alone.
///
/// Where the configuration gives it a time, there is none before somebody looks a recipe over or solves one, and none
/// after that time without a solve.
actor ReadySolver {
    private let layout: StoreLayout
    private let settings: EnvironmentConfiguration
    private let containers: any BuildContainers
    private let logger: Logger
    private var waiting: WaitingSolver?
    private var isMaking = false
    private var isOver = false

    private enum Bound {
        /// After which one that always stands ready is made anew, so that none grows old.
        static let age = Duration.seconds(3600)
        /// Until the next is made where one died that nobody had asked.
        static let pause = Duration.seconds(60)
    }

    init(layout: StoreLayout, settings: EnvironmentConfiguration, containers: any BuildContainers, logger: Logger) {
        self.layout = layout
        self.settings = settings
        self.containers = containers
        self.logger = logger
    }

    /// How long one waits for a request; nil where there is never one.
    private var idle: Duration? {
        switch settings.solverWaits {
        case .off: nil
        case .afterUse(let seconds): .seconds(seconds)
        case .always: Bound.age
        }
    }

    /// Makes one ready where none is, in the background.
    nonisolated func prepare() { Task { await makeReady() } }

    /// The one that is ready, which is then the caller's alone; nil where the caller has to do without.
    func take() async -> WaitingSolver? {
        guard let solver = waiting else { return nil }
        waiting = nil
        guard await solver.isUpToDate, await containers.identity(ofImage: settings.builderImage) == solver.image else {
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
            let image = await containers.identity(ofImage: settings.builderImage)
            guard !isOver else { return try await offPool { staging.remove() } }
            let steps = BuildSteps(
                layout: layout, settings: settings, containers: containers, logger: logger, staging: staging,
                deadline: .now + idle + .seconds(settings.timeout), progress: { _ in })
            let solver = WaitingSolver(steps, bell, mounts: mounts, image: image)
            waiting = solver
            Task { await watch(solver, for: idle) }
        } catch {
            logger.notice("No solver could be made ready", metadata: ["reason": "\(error)"])
        }
    }

    private nonisolated func watch(_ solver: WaitingSolver, for idle: Duration) async {
        let clock = Task {
            try await Task.sleep(for: idle)
            guard await forget(solver) else { return }
            solver.end()
            await standReadyAgain()
        }
        await solver.ended()
        clock.cancel()
        // One that dies by itself may do so again.
        if await forget(solver) { await standReadyAgain(after: Bound.pause) }
    }

    private func standReadyAgain(after pause: Duration = .zero) async {
        guard settings.solverWaits == .always else { return }
        try? await Task.sleep(for: pause)
        await makeReady()
    }

    /// Whether it was still waiting.
    @discardableResult
    private func forget(_ solver: WaitingSolver) -> Bool {
        guard waiting === solver else { return false }
        waiting = nil
        return true
    }
}
