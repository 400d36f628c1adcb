/// Why a server does not run, where that is known: decides what the pages offer.
public enum FailureCause: String, Codable, Sendable, CaseIterable {
    /// The image can't be had.
    case imageMissing
    /// Neither image nor environment has a Jupyter that starts.
    case noJupyter
    /// The system ended it for want of memory.
    case outOfMemory
    /// The GPU's driver is older than the CUDA of image or environment needs.
    case driverTooOld
    /// The engine can't give GPUs, or there are not so many.
    case noGPU
    /// A disk is full, or a quota is used up.
    case diskFull
    /// The home directory can't be read or written.
    case homeDenied
    /// A limit of the account, or of its group, is reached.
    case limit
    /// It was told to end from within.
    case shutDown
}
