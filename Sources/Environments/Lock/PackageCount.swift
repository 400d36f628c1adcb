import Phrases

extension Phrase {
    /// So many packages, in words.
    public static func packages(_ count: Int) -> Phrase { count == 1 ? "1 package" : "\(count) packages" }
}
