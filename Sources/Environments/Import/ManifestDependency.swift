import TOMLKit

/// Why an entry of a manifest can't be in a recipe.
struct UnsupportedEntry: Error, CustomStringConvertible {
    /// The end of a sentence.
    let description: String
}

/// An entry of pixi's `[dependencies]`.
enum CondaDependency {
    /// The match spec that it stands for.
    static func spec(_ name: String, _ value: (any TOMLValueConvertible)?) -> Result<String, UnsupportedEntry> {
        if let version = value?.string { return .success(name + sign(version)) }
        guard let table = value?.table else { return .failure(.init(description: "it is neither a version nor a table")) }
        if let source = ["git", "path", "url"].first(where: { table[$0] != nil }) {
            return .failure(.init(description: "conda can't install from “\(source)”"))
        }
        let channel = table["channel"]?.string.map { "\($0)::" } ?? ""
        let version = table["version"]?.string ?? "*"
        guard let build = table["build"]?.string else { return .success(channel + name + sign(version)) }
        return .success("\(channel)\(name)[\(version == "*" ? "" : "version='\(version)',")build='\(build)']")
    }

    /// A version with its operator: pixi's `1.2` is exactly that, `1.2.*` all that begins with it.
    private static func sign(_ version: String) -> String {
        let version = version.trimmed
        if version.isEmpty || version == "*" { return "" }
        guard version.first?.isNumber == true else { return version.filter { $0 != " " } }
        return version.contains("*") || version.contains("|") || version.contains(",") ? "=\(version)" : "==\(version)"
    }
}

/// An entry of pixi's `[pypi-dependencies]`.
enum PyPIDependency {
    /// The requirement that it stands for.
    static func requirement(_ name: String, _ value: (any TOMLValueConvertible)?) -> Result<String, UnsupportedEntry> {
        if let version = value?.string { return .success(name + sign(version)) }
        guard let table = value?.table else { return .failure(.init(description: "it is neither a version nor a table")) }
        let extras = table.texts("extras")
        let package = extras.isEmpty ? name : "\(name)[\(extras.joined(separator: ","))]"
        if table["path"] != nil { return .failure(.init(description: "the builder can't see your files")) }
        if let url = table["url"]?.string { return .success("\(package) @ \(url)") }
        if let repository = table["git"]?.string {
            let reference = ["rev", "tag", "branch"].compactMap { table[$0]?.string }.first.map { "@\($0)" } ?? ""
            let folder = table["subdirectory"]?.string.map { "#subdirectory=\($0)" } ?? ""
            return .success("\(package) @ git+\(repository)\(reference)\(folder)")
        }
        if table["index"] != nil {
            return .failure(.init(description: "pip has no index for one package; add “--extra-index-url” by hand"))
        }
        return .success(package + sign(table["version"]?.string ?? "*"))
    }

    private static func sign(_ version: String) -> String {
        let version = version.trimmed
        if version.isEmpty || version == "*" { return "" }
        return version.first?.isNumber == true ? "==\(version)" : version
    }
}
