import Environments

/// What `POST /hub/api/environments/check` is asked for, as both ends write and read it.
public struct CheckRequest: Codable, Sendable {
    /// The text of an `environment.yml`.
    public let recipe: String
    /// What findings call it; nil for `environment.yml`.
    public let file: String?
    /// What lies beside it, by the path from there; nil where there is nothing.
    public let files: [String: String]?
    /// What it is checked for.
    public let wish: CheckWish
    /// What is known of where it will be used: driver, GPU and Jupyter alone.
    public let context: LintContext

    public init(recipe: String, file: String?, files: [String: String]?, wish: CheckWish, context: LintContext) {
        self.recipe = recipe
        self.file = file
        self.files = files
        self.wish = wish
        self.context = context
    }

    private enum CodingKeys: String, CodingKey {
        case recipe, file, files, platforms, cudas, solve, build, minimal, driver, gpu
        case virtualPackages = "virtual_packages"
        case asOf = "as_of"
        case imports = "import"
        case imageJupyter = "image_jupyter"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        recipe = try values.decode(String.self, forKey: .recipe)
        file = try values.decodeIfPresent(String.self, forKey: .file)
        files = try values.decodeIfPresent([String: String].self, forKey: .files)
        var wish = CheckWish()
        wish.platforms = try values.decodeIfPresent([String].self, forKey: .platforms) ?? []
        wish.cudas = try values.decodeIfPresent([String].self, forKey: .cudas) ?? []
        wish.virtualPackages = try values.decodeIfPresent([String].self, forKey: .virtualPackages) ?? []
        wish.asOf = try values.decodeIfPresent(String.self, forKey: .asOf)
        wish.solves = try values.decodeIfPresent(Bool.self, forKey: .solve) ?? true
        wish.builds = try values.decodeIfPresent(Bool.self, forKey: .build) ?? false
        wish.imports = try values.decodeIfPresent(Bool.self, forKey: .imports) ?? false
        wish.shortens = try values.decodeIfPresent(Bool.self, forKey: .minimal) ?? false
        self.wish = wish
        context = LintContext(
            driver: try values.decodeIfPresent(String.self, forKey: .driver), hasGPU: try values.decodeIfPresent(Bool.self, forKey: .gpu),
            imageHasJupyter: try values.decodeIfPresent(Bool.self, forKey: .imageJupyter))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(recipe, forKey: .recipe)
        try values.encodeIfPresent(file, forKey: .file)
        try values.encodeIfPresent(files, forKey: .files)
        try values.encode(wish.platforms, forKey: .platforms)
        try values.encode(wish.cudas, forKey: .cudas)
        try values.encode(wish.virtualPackages, forKey: .virtualPackages)
        try values.encodeIfPresent(wish.asOf, forKey: .asOf)
        try values.encode(wish.solves, forKey: .solve)
        try values.encode(wish.builds, forKey: .build)
        try values.encode(wish.imports, forKey: .imports)
        try values.encode(wish.shortens, forKey: .minimal)
        try values.encodeIfPresent(context.driver, forKey: .driver)
        try values.encodeIfPresent(context.hasGPU, forKey: .gpu)
        try values.encodeIfPresent(context.imageHasJupyter, forKey: .imageJupyter)
    }
}
