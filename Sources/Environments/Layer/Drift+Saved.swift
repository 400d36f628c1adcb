extension Drift {
    /// The recipe that asks for what is there now. Comments, order and everything else that is written
    /// stay as they are.
    ///
    /// - Throws: ``RecipeEditError`` where the lists are written in a way that can't be edited by lines.
    public func saved(in text: String) throws(RecipeEditError) -> String {
        let recipe: Recipe
        do { recipe = try Recipe(yaml: text) } catch {
            throw RecipeEditError(phrase: "The recipe can't be read: \(error.problems.map(\.description).joined(separator: " "))")
        }
        var edit = RecipeEdit(text: PlacedText(text), recipe: recipe)
        for change in diff.changes { try apply(change, to: &edit) }
        let next = edit.result
        do { _ = try Recipe(yaml: next) } catch {
            throw RecipeEditError(
                phrase: "The recipe is written in a way that can't be edited by itself. Edit it by hand; what to add is in “Changes”.")
        }
        return next
    }

    /// The packages that are otherwise in `lock`, of the version that was saved, than they are here: what was removed and is
    /// there again, and what is there no longer.
    public func unlike(_ lock: Lock) -> (returned: [String], lost: [String]) {
        let kept = Set((lock.packages.map(\.name) + lock.pip.map(\.name)).map(normalised))
        return (
            diff.changes.filter { $0.after == nil && kept.contains(normalised($0.name)) }.map(\.name),
            diff.changes.filter { $0.after != nil && !kept.contains(normalised($0.name)) }.map(\.name)
        )
    }

    private func apply(_ change: LockDiff.Change, to edit: inout RecipeEdit) throws(RecipeEditError) {
        let key = normalised(change.name)
        let isOfPip = change.after.map { $0.build == nil } ?? (change.before?.build == nil)
        if change.after == nil {
            try edit.remove(key)
        } else if isOfPip {
            guard let requirement = askedOfPip[key] else { return }
            try edit.set(pip: requirement, for: key)
        } else {
            guard let spec = askedOfConda[change.name] else { return }
            try edit.set(conda: spec, for: change.name)
        }
    }
}
