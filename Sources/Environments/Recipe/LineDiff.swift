/// What is different between two texts, line by line.
///
/// ```swift
/// for line in LineDiff(from: old, to: new).lines { print(line) }  // “- numpy=1.26”, “+ numpy=2.1”
/// ```
public struct LineDiff: Sendable, Equatable {
    /// One line, and which of the texts has it.
    public struct Line: Sendable, Equatable, CustomStringConvertible {
        public enum Kind: String, Sendable { case same, removed, added }

        public let kind: Kind
        public let text: String

        /// As diff(1) shows it: after a space, “-” or “+”.
        public var description: String {
            switch kind {
            case .same: "  \(text)"
            case .removed: "- \(text)"
            case .added: "+ \(text)"
            }
        }
    }

    /// All lines of both, in order.
    public let lines: [Line]

    public var isEmpty: Bool { !lines.contains { $0.kind != .same } }

    /// Lines that differ, of both together, among which what they have in common is still looked for: that takes memory
    /// with their square.
    private static let most = 2_000

    public init(from old: String, to new: String) {
        let before = old.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let after = new.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let (removed, added) = Self.changes(from: before, to: after)
        var lines: [Line] = []
        var (old, new) = (0, 0)
        while old < before.count || new < after.count {
            if removed.contains(old) {
                lines.append(Line(kind: .removed, text: before[old]))
                old += 1
            } else if added.contains(new) {
                lines.append(Line(kind: .added, text: after[new]))
                new += 1
            } else {
                lines.append(Line(kind: .same, text: after[new]))
                old += 1
                new += 1
            }
        }
        // What stands behind the last end of line is no line.
        if lines.last == Line(kind: .same, text: "") { lines.removeLast() }
        self.lines = lines
    }

    /// Which lines of `before` are gone, and which of `after` are new.
    private static func changes(from before: [String], to after: [String]) -> (removed: Set<Int>, added: Set<Int>) {
        let head = zip(before, after).prefix { $0 == $1 }.count
        let tail = min(zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.count, min(before.count, after.count) - head)
        let (old, new) = (head..<(before.count - tail), head..<(after.count - tail))
        guard old.count + new.count <= most else { return (Set(old), Set(new)) }
        var removed: Set<Int> = [], added: Set<Int> = []
        for change in after[new].difference(from: before[old]) {
            switch change {
            case .remove(let index, _, _): removed.insert(head + index)
            case .insert(let index, _, _): added.insert(head + index)
            }
        }
        return (removed, added)
    }

    /// What is different, with so many lines around it; nil stands for what is left out.
    public func excerpt(around: Int = 2) -> [Line?] {
        var near: Set<Int> = []
        for (index, line) in lines.enumerated() where line.kind != .same { near.formUnion((index - around)...(index + around)) }
        var result: [Line?] = []
        for (index, line) in lines.enumerated() {
            if near.contains(index) { result.append(line) } else if let last = result.last, last != nil { result.append(nil) }
        }
        if let last = result.last, last == nil { result.removeLast() }
        return result
    }
}
