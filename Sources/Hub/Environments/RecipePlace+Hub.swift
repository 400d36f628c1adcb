import LauncherProtocol

extension RecipePlace {
    /// For the pages.
    func values(_ texts: TextCatalog) -> [String: Any] { ["line": line, "message": texts(message)] }

    func json(_ texts: TextCatalog) -> JSONValue {
        ["line": .number(Double(line)), "column": .number(Double(column)), "message": .string(texts(message))]
    }
}
