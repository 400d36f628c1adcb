import YAML

extension ExpandedRecipe {
    /// What was found in ``text``, at its place in what was written. Its fix is one of the recipe, or none.
    public func placed(_ finding: LintFinding) -> LintFinding {
        let place = place(of: finding.mark)
        if finding.rule == .invalidRecipe, place.file == nil, let unread = unread[place.mark] {
            let place = unread.place ?? place
            return LintFinding(finding.rule, in: place.file, place.mark, unread.what, unread.remedy)
        }
        let fix = finding.fix.compactMap(own)
        return LintFinding(
            finding.rule, in: place.file, place.mark, finding.what, finding.remedy, fix: fix.count == finding.fix.count ? fix : [])
    }
}
