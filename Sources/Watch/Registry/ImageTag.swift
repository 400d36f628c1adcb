import Environments

/// A tag as people number them: `2.9.1-cuda12.8-cudnn9-runtime` has the form `#-cuda#-cudnn#-runtime`.
struct ImageTag: Sendable, Equatable {
    let text: String
    /// What stands between the numbers; two tags can be compared where it is the same.
    let form: String
    /// Versions in their order: `2.9.1`, `12.8`, `9`.
    let numbers: [String]

    init(_ text: String) {
        self.text = text
        var form = "", numbers: [String] = []
        var rest = Substring(text)
        while let first = rest.first {
            guard first.isASCII, first.isNumber else {
                form.append(first)
                rest.removeFirst()
                continue
            }
            var number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            while number.last == "." { number.removeLast() }
            form.append("#")
            numbers.append(String(number))
            rest = rest.dropFirst(number.count)
        }
        self.form = form
        self.numbers = numbers
    }

    /// The newest of `tags` that has this one's form and is newer; nil where there is none, and for a tag
    /// without a number, which moves by itself.
    ///
    /// - Parameter isHeld: tags that are not wanted.
    func newest(of tags: some Sequence<String>, isHeld: (String) -> Bool = { _ in false }) -> ImageTag? {
        guard !numbers.isEmpty else { return nil }
        return tags.map(ImageTag.init)
            .filter { $0.form == form && isOlder(than: $0) && !isHeld($0.text) && $0.hasPrecision(of: self) }
            .max { $0.isOlder(than: $1) }
    }

    /// `2.9` is no successor of `2.8.1`: it moves, where the other one stays.
    private func hasPrecision(of other: ImageTag) -> Bool {
        zip(numbers, other.numbers).allSatisfy { $0.count(where: { $0 == "." }) == $1.count(where: { $0 == "." }) }
    }

    private func isOlder(than other: ImageTag) -> Bool {
        for (one, two) in zip(numbers, other.numbers) {
            let (mine, theirs) = (PackageVersion(one), PackageVersion(two))
            if mine != theirs { return mine < theirs }
        }
        return false
    }
}
