/// `environments.solver_waits:`: when a container of the solver stands ready before anybody asks it.
public enum SolverWaits: Sendable, Equatable {
    /// Never: each solve starts its own.
    case off
    /// So many seconds after somebody looked a recipe over or solved one.
    case afterUse(Double)
    /// As long as the launcher runs.
    case always
}
