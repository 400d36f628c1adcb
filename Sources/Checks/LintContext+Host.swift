import Environments
import LauncherProtocol

extension LintContext {
    /// What nobody said is taken from the launcher's host, where that is what the recipe is looked at for.
    public mutating func complete(with host: HostDescription) {
        guard platform == nil || platform == host.platform else { return }
        platform = host.platform
        driver = driver ?? host.driver
        hasGPU = hasGPU ?? host.hasGPU
        imageHasJupyter = imageHasJupyter ?? host.imageHasJupyter
    }
}
