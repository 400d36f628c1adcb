import Phrases
import YAML

/// Why the lines of a file that a requirement names by `-r` or `-c` can't take its place.
struct UnreadFile: Error, Sendable, Equatable {
    enum Reason: Sendable, Equatable {
        /// It isn't there, or nobody may read it: where it was looked for.
        case missing(String)
        /// Files name each other too deep, or there are too many: one may name itself.
        case endless
        /// Something else stands in the same line of the recipe.
        case sharesLine
        /// The recipe came by itself, and lies nowhere.
        case nowhere
    }

    /// The line that names it.
    let written: String
    /// Where that line stands; nil for the file that was begun with, whose lines its reader knows.
    let place: ExpandedRecipe.Place?
    let reason: Reason

    /// What is so, in one sentence.
    var what: Phrase {
        switch reason {
        case .missing(let path): "“\(written)” names a file that can't be read; it was looked for at “\(path)”."
        case .endless:
            "“\(written)” leads to a file in a file more than \(RequirementFiles.Bound.depth) deep, to more than \(RequirementFiles.Bound.files) files, or to more than a MiB."
        case .sharesLine: "“\(written)” shares its line with something else, so the file's lines can't take its place."
        case .nowhere: "“\(written)” names a file, and beside standard input there is none."
        }
    }

    /// What to do, in one sentence.
    var remedy: Phrase {
        switch reason {
        case .missing: "Bring it there as UTF-8 text, or write its lines here."
        case .endless: "If a file names itself, take that line out; else write the lines of all into one."
        case .sharesLine: "Write it on a line of its own, after “- ”."
        case .nowhere: "Name the file that you have it in, in place of “-”, or write the lines of the other here."
        }
    }
}
