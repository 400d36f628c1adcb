/// Which CUDA a driver of NVIDIA's runs, on Linux.
///
/// Source: NVIDIA CUDA Toolkit Release Notes 13.1, tables “CUDA Toolkit and Corresponding Driver Versions”
/// and “CUDA Toolkit and Minimum Required Driver Version for CUDA Minor Version Compatibility”,
/// <https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/>.
public enum CUDADriver {
    /// What is wrong with a CUDA on a driver.
    public enum Verdict: Sendable, Equatable {
        case runs
        /// Older than the toolkit's own driver, but of the same major release: runs, but code that is
        /// compiled for the GPU as it runs (PTX) may not.
        case limited(needs: String)
        case tooOld(needs: String)
        /// The table doesn't know this CUDA.
        case unknown
    }

    /// The driver that came with each toolkit, its first release.
    public static let toolkits: [(cuda: String, driver: String)] = [
        ("13.1", "590.44.01"), ("13.0", "580.65.06"),
        ("12.9", "575.51.03"), ("12.8", "570.26"), ("12.6", "560.28.03"), ("12.5", "555.42.02"), ("12.4", "550.54.14"),
        ("12.3", "545.23.06"), ("12.2", "535.54.03"), ("12.1", "530.30.02"), ("12.0", "525.60.13"),
        ("11.8", "520.61.05"), ("11.2", "460.27.03"),
    ]

    /// From which driver on every release of a major version runs.
    public static let majors: [(cuda: Int, driver: String)] = [(13, "580"), (12, "525"), (11, "450")]

    /// Whether `driver` runs `cuda` (`12.4`, or `12` for any of it).
    public static func verdict(cuda: String, driver: String) -> Verdict {
        let parts = cuda.split(separator: ".")
        guard let major = parts.first.flatMap({ Int($0) }), let least = majors.first(where: { $0.cuda == major }) else {
            return .unknown
        }
        let installed = PackageVersion(driver)
        if installed < PackageVersion(least.driver) { return .tooOld(needs: least.driver) }
        guard parts.count > 1 else { return .runs }
        let wanted = parts.prefix(2).joined(separator: ".")
        guard let own = toolkits.first(where: { $0.cuda == wanted }) else { return .runs }
        return installed < PackageVersion(own.driver) ? .limited(needs: own.driver) : .runs
    }

    /// The newest CUDA whose own driver is not newer than `driver`; nil where there is none.
    public static func newest(for driver: String) -> String? {
        toolkits.first { PackageVersion($0.driver) <= PackageVersion(driver) }?.cuda
    }
}
