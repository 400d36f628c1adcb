/// The name of an image as people write it, with the tag that is meant where they leave it out.
struct ImageReference: Equatable {
    /// Name and tag, or name and digest.
    let full: String

    /// The engine would fetch every tag of a name without one.
    init(_ name: String) {
        let last = name.split(separator: "/").last ?? ""
        full = name.contains("@") || last.contains(":") ? name : name + ":latest"
    }
}
