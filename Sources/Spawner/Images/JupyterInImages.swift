import Docker
import Foundation

/// Which images have a Jupyter of their own. Looked for once in each, by the search that a start makes.
actor JupyterInImages {
    private let engine: Engine
    private var known: [String: Bool] = [:]

    init(engine: Engine) { self.engine = engine }

    /// Nil where the image is not on this host or can't be looked into.
    func has(_ image: String) async -> Bool? {
        guard let id = (try? await engine.imageDetails(image))?.id else { return nil }
        if let known = known[id] { return known }
        // What the shell says where it finds one, and where not; every other status is no answer.
        guard
            let exit = try? await engine.run(
                Self.look(into: id), named: "berth-look-\(UUID().uuidString.lowercased())", onOutput: { _ in }),
            exit.code == Self.found || exit.code == Self.missing
        else { return nil }
        known[id] = exit.code == Self.found
        return known[id]
    }

    private static let found = 10
    private static let missing = 11

    /// A shell of nobody's, without network.
    private static func look(into image: String) -> ContainerSpec {
        let script = "command -v jupyter-lab || command -v jupyter-server && exit \(found); exit \(missing)"
        var spec = ContainerSpec(image: image, command: ["/bin/sh", "-c", script])
        spec.entrypoint = []
        spec.user = "65534:65534"
        spec.network = "none"
        spec.memory = 64 << 20
        spec.pids = 16
        spec.hasReadOnlyRoot = true
        return spec
    }
}
