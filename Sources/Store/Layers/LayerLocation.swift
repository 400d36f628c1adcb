import Environments

/// Where the personal layer of one person over one build of one environment lies.
///
/// A new version has another build, and so begins with an empty layer; the old layer is found
/// again by a roll-back, as long as the environment is there.
struct LayerLocation: Sendable, Equatable {
    let uid: UInt32
    /// Whose environment lies below.
    let owner: UInt32
    let environment: EnvironmentName
    let build: BuildID

    /// Below the directory of all layers: `UID/NAME/BUILD`, or `UID/OWNER~NAME/BUILD` over somebody else's.
    var path: String { "\(uid)/\(folder)/\(build)" }

    var folder: String { Self.folder(of: environment, owner: owner, for: uid) }

    /// `~` can't be in an environment's name.
    static func folder(of environment: EnvironmentName, owner: UInt32, for uid: UInt32) -> String {
        owner == uid ? environment.text : "\(owner)~\(environment)"
    }
}

extension StoreLayout {
    /// The directory of all layers: root 0700.
    var layers: String { state + "/layers" }

    func layer(_ location: LayerLocation) -> String { layers + "/" + location.path }
    /// What the person's changes go to; it is theirs.
    func upper(_ location: LayerLocation) -> String { layer(location) + "/upper" }
    /// overlayfs's own (mount(8), “overlay”).
    func work(_ location: LayerLocation) -> String { layer(location) + "/work" }
}
