import Docker
import TLS

/// A volume of the engine's local driver that lays a person's layer over a build: what is read comes from
/// the build until it is changed, what is written goes to the layer (mount(8), “overlay”).
struct OverlayVolume: Equatable {
    private static let prefix = "berth-layer-"

    let source: Mount.Source

    /// Whether a volume of this name is such an overlay.
    static func isOverlay(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// The directory that an overlay with these options lies over; nil where it is none.
    static func lower(in options: [String: String]) -> String? {
        options["o"]?.split(separator: ",").first { $0.hasPrefix("lowerdir=") }.map { String($0.dropFirst(9)) }
    }

    /// Nil where the environment has no layer.
    init?(_ environment: EnvironmentMount, uid: UInt32, installation: String) {
        guard let layer = environment.layer else { return nil }
        // The engine keeps a volume's options for good, so all that decides them is in its name.
        let digest = Digest(sha256: "\(installation)\n\(environment.hostPath)\n\(layer.upper)".utf8).description.prefix(16)
        source = .mounted(
            volume: "\(Self.prefix)\(uid)-\(digest)",
            options: [
                "type": "overlay", "device": "overlay",
                "o": "lowerdir=\(environment.hostPath),upperdir=\(layer.upper),workdir=\(layer.work)",
            ], labels: [ServerLabels.installation: installation])
    }
}
