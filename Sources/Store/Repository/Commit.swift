import Environments
import Foundation

/// What the history says of one version.
struct Commit: Sendable, Equatable {
    /// 40 hexadecimal digits.
    let id: String
    /// Seconds since 1970.
    let time: Double
    let author: String
    /// The first line of the message.
    let message: String
    /// The commit that somebody pushed and that this version was made of; nil for any other version.
    let pushed: String?
    /// The identity of its build, by the trailer `Build`.
    var build: BuildID?

    /// One line for each commit, fields between NUL bytes: git-log(1), “PRETTY FORMATS”.
    static let format = "%H%x00%P%x00%ct%x00%an%x00%s%x00%(trailers:key=Build,valueonly,separator=%x20)"

    /// Nil for a line that is not of ``format``.
    init?(line: Data) {
        let fields = line.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 6, let time = Double(fields[2]) else { return nil }
        id = fields[0]
        let parents = fields[1].split(separator: " ")
        pushed = parents.count == 2 ? String(parents[1]) : nil
        self.time = time
        author = fields[3]
        message = fields[4]
        build = BuildID(fields[5])
    }
}
