/// A place in a text.
public struct Mark: Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    /// In characters, counted from 1.
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `LINE:COLUMN`, as compilers write it.
    public var description: String { "\(line):\(column)" }
}
