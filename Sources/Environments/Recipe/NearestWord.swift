/// What somebody may have meant who wrote a word that is none.
enum NearestWord {
    /// The one of `words` that is a slip or two away; nil where none is.
    static func to(_ word: String, among words: [String]) -> String? {
        let nearest = words.map { (word: $0, distance: distance(from: word.lowercased(), to: $0.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= min(2, word.count / 3) else { return nil }
        return nearest.word
    }

    /// How many letters are left out, put in or another (Levenshtein).
    private static func distance(from one: String, to other: String) -> Int {
        let one = Array(one.prefix(100)), other = Array(other.prefix(100))
        var row = Array(0...other.count)
        for (index, letter) in one.enumerated() {
            var corner = row[0]
            row[0] = index + 1
            for column in other.indices {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, corner + (letter == other[column] ? 0 : 1))
                corner = above
            }
        }
        return row[other.count]
    }
}
