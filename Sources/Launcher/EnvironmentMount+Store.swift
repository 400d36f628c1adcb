import Spawner
import Store

extension EnvironmentMount {
    /// What the store keeps, as a server needs it.
    init(_ mount: Store.Mount) {
        self.init(
            name: mount.environment, version: mount.version, hash: mount.build, hostPath: mount.hostPath,
            containerPath: mount.containerPath,
            jupyter: mount.jupyter, variables: mount.variables,
            layer: mount.layer.map { Layer(upper: $0.upper, work: $0.work) })
    }
}
