import Environments
import Phrases

/// What a layer holds and the version that was saved of it does not: told by name, because it looks like a loss later.
struct Unsaved {
    private static let most = 10

    /// Whole sentences; none where all of it is saved.
    let notices: [Phrase]

    /// - Parameter lock: Of the version that was made.
    init(_ drift: Drift, _ files: LayerFiles, in lock: Lock) {
        let (returned, lost) = drift.unlike(lock)
        var notices = Array(drift.notices.prefix(Self.most))
        if drift.notices.count > Self.most { notices.append("And \(drift.notices.count - Self.most) more of the kind.") }
        if !returned.isEmpty {
            notices.append("What you removed is in the new version again, because other packages need it: \(Self.list(returned)).")
        }
        if !lost.isEmpty {
            notices.append("What came with other packages and nothing needs is not in the new version: \(Self.list(lost)).")
        }
        if !files.loose.isEmpty {
            notices.append("Files that belong to no package are not saved and stay with the version below: \(Self.list(files.loose)).")
        }
        self.notices = notices
    }

    private static func list(_ names: [String]) -> Phrase {
        let shown = names.prefix(most).joined(separator: ", ")
        return names.count > most ? "\(shown) and \(names.count - most) more" : "\(shown)"
    }
}
