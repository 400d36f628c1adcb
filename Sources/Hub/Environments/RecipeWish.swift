import LauncherProtocol

/// What goes with a recipe that somebody wants built: what to solve it for, and the version that they began from.
struct RecipeWish: Decodable {
    /// `12.4`, `none`, or `host` for what is configured; nil for what the environment keeps.
    var cuda: String?
    /// What else the host has, such as `__glibc=2.28`; what isn't said is what the environment keeps.
    var virtualPackages: [String]?
    /// The day whose packages are the newest.
    var asOf: String?
    /// Whether packages of a lock that are gone may be replaced.
    var nearest: Bool?
    /// A version's identity, or its beginning; nil for whatever is current.
    var base: String?

    enum CodingKeys: String, CodingKey {
        case cuda, nearest, base
        case asOf = "as_of"
        case virtualPackages = "virtual_packages"
    }

    init(base: String? = nil) { self.base = base }

    init(_ form: FormBody) {
        cuda = form.filled("cuda")
        virtualPackages = form.filled("virtual_packages")?.split(whereSeparator: { $0.isWhitespace || $0 == "," }).map(String.init)
        asOf = form.filled("as_of")
        nearest = form["nearest"] != nil
        base = form.filled("base")
    }

    init(_ call: CreateEnvironment) {
        cuda = call.target.cuda
        virtualPackages = call.target.virtualPackages
        asOf = call.target.asOf
        nearest = call.nearest
        base = call.base
    }

    var target: SolveTarget { SolveTarget(cuda: cuda, asOf: asOf, virtualPackages: virtualPackages ?? []) }

    func call(_ account: String, _ environment: String?, _ recipe: String) -> CreateEnvironment {
        CreateEnvironment(
            account: account, environment: environment, recipe: recipe, target: target, nearest: nearest ?? false, base: base)
    }

    /// For the editor of the pages.
    var values: [String: Any] {
        [
            "cuda": cuda ?? "", "asOf": asOf ?? "", "nearest": nearest ?? false, "base": base ?? "",
            "virtualPackages": (virtualPackages ?? []).joined(separator: " "),
            "hasWish": cuda != nil || asOf != nil || nearest == true || virtualPackages?.isEmpty == false,
        ]
    }
}
