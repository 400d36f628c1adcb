/// A version in conda's order (conda's `VersionOrder`): `1.0dev < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1 < 1.1`.
public struct PackageVersion: Sendable, Comparable, CustomStringConvertible {
    private enum Atom: Comparable {
        case dev
        case text(String)
        case number(Int)
        case post
    }

    private let epoch: Int
    private let release: [[Atom]]
    private let local: [[Atom]]
    public let description: String

    public init(_ text: String) {
        description = text
        var rest = Substring(text.lowercased())
        if let mark = rest.firstIndex(of: "!") {
            epoch = Int(rest[..<mark]) ?? 0
            rest = rest[rest.index(after: mark)...]
        } else {
            epoch = 0
        }
        let parts = rest.split(separator: "+", maxSplits: 1)
        release = Self.components(parts.first ?? "")
        local = parts.count > 1 ? Self.components(parts[1]) : []
    }

    public static func < (one: PackageVersion, other: PackageVersion) -> Bool { one.compared(to: other) < 0 }

    /// Versions that sort the same are equal: `1.0` and `1.0.0`.
    public static func == (one: PackageVersion, other: PackageVersion) -> Bool { one.compared(to: other) == 0 }

    private func compared(to other: PackageVersion) -> Int {
        if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
        let order = Self.compare(release, other.release)
        return order == 0 ? Self.compare(local, other.local) : order
    }

    private static func compare(_ one: [[Atom]], _ other: [[Atom]]) -> Int {
        for index in 0..<max(one.count, other.count) {
            let left = index < one.count ? one[index] : [], right = index < other.count ? other[index] : []
            for place in 0..<max(left.count, right.count) {
                let first = place < left.count ? left[place] : .number(0), second = place < right.count ? right[place] : .number(0)
                if first != second { return first < second ? -1 : 1 }
            }
        }
        return 0
    }

    private static func components(_ text: Substring) -> [[Atom]] {
        text.split(whereSeparator: { "._-".contains($0) }).map { component in
            var atoms: [Atom] = []
            var rest = component
            // Numbers and letters take turns, a number first.
            if rest.first?.isNumber == false { atoms.append(.number(0)) }
            while let first = rest.first {
                let run = rest.prefix { $0.isNumber == first.isNumber }
                rest = rest.dropFirst(run.count)
                if first.isNumber {
                    atoms.append(.number(Int(run) ?? .max))
                } else {
                    atoms.append(run == "dev" ? .dev : run == "post" ? .post : .text(String(run)))
                }
            }
            return atoms
        }
    }
}
