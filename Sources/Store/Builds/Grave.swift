import Foundation
import Glibc

/// What was taken out of its place in the store, into one directory of the staging area, which is emptied at every start.
struct Grave: Sendable {
    let path: String
    private var moved: [(from: String, to: String)] = []

    /// Where its trees are now.
    var paths: [String] { moved.map(\.to) }

    /// Moves all of `paths`, or none.
    init(of paths: [String], in layout: StoreLayout) throws(FileError) {
        path = layout.staging + "/garbage-" + UUID().uuidString.lowercased()
        try makeDirectory(path, mode: 0o700)
        for (index, from) in paths.enumerated() {
            let to = "\(path)/\(index)"
            guard rename(from, to) == 0 else {
                let error = FileError("move", from)
                putBack()
                throw error
            }
            moved.append((from, to))
        }
    }

    /// Puts back what has nothing in its place by now; the next start removes the rest.
    func putBack() {
        for (from, to) in moved.reversed() where access(from, F_OK) != 0 { rename(to, from) }
        rmdir(path)
    }
}
