import LauncherProtocol

extension RecipePlace {
    /// For the pages.
    var values: [String: Any] { ["line": line, "message": message] }

    var json: JSONValue {
        ["line": .number(Double(line)), "column": .number(Double(column)), "message": .string(message)]
    }
}
