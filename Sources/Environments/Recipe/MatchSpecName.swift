/// Finds which package a match spec is about. Its version and build are the solver's to judge
/// (conda's `MatchSpec`: `[channel::]name[version][=build][key=value,…]`).
public enum MatchSpecName {
    /// The package's name in lower case; nil where the text can't be a match spec.
    public static func name(in spec: String) -> String? {
        if isFile(spec) { return nameOfFile(in: spec) }
        guard !spec.contains(where: \.isNewline) else { return nil }
        var rest = Substring(spec)
        if let colons = rest.firstRange(of: "::") { rest = rest[colons.upperBound...] }
        while rest.first == " " { rest.removeFirst() }
        let name = rest.prefix(while: isNameCharacter)
        let after = rest.dropFirst(name.count)
        guard !name.isEmpty, after.isEmpty || after.first.map({ " =<>!~[".contains($0) }) == true else { return nil }
        return name.lowercased()
    }

    /// Whether a spec is the URL of a package, rather than `https://HOST/CHANNEL::NAME`.
    static func isFile(_ spec: String) -> Bool { spec.contains("://") && !spec.contains("::") }

    /// The name in a package's own URL: `https://…/linux-64/numpy-2.1.0-py311_0.conda`.
    private static func nameOfFile(in url: String) -> String? {
        let file = url.prefix { $0 != "#" }.split(separator: "/").last ?? ""
        guard let stem = [".conda", ".tar.bz2"].first(where: file.hasSuffix).map({ file.dropLast($0.count) }) else { return nil }
        let parts = stem.split(separator: "-")
        return parts.count >= 3 ? parts.dropLast(2).joined(separator: "-").lowercased() : nil
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }
}
