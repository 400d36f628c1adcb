import YAML

extension Recipe {
    /// Where the recipe asks for a package, of conda or of pip; nil where it doesn't.
    public func mark(of package: String) -> Mark? {
        let name = normalised(package)
        return dependencies.first { normalised($0.name) == name }?.mark
            ?? pip.first { RequirementParts($0.text)?.name == name }?.mark
    }
}
