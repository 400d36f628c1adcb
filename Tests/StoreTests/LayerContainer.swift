import Foundation
import Store
import Testing

extension TestStore {
    /// Runs a script as the owner in a container that has the personal layer over the build, as a server's has it.
    func inLayer(_ mount: Store.Mount, volumes: [String] = [], _ script: String) throws -> (status: Int32, text: String) {
        let layer = try #require(mount.layer)
        let options = "lowerdir=\(mount.hostPath),upperdir=\(layer.upper),workdir=\(layer.work)"
        let pip = ["/etc/ssl/certs", "/etc/pip.conf"].filter { FileManager.default.fileExists(atPath: $0) }.map { "\($0):\($0):ro" }
        return Bench.docker(
            [
                "run", "--rm", "--network", "host", "--user", "1500:1500", "--cap-drop", "ALL",
                "--mount",
                #"type=volume,target=\#(mount.containerPath),volume-opt=type=overlay,volume-opt=device=overlay,"volume-opt=o=\#(options)""#,
            ] + (pip + volumes).flatMap { ["--volume", $0] } + [
                "--env", "HOME=/tmp", "--env", "PYTHONNOUSERSITE=1", "--env", "PREFIX=\(mount.containerPath)", Bench.builderImage, "bash",
                "-c", script,
            ])
    }
}
