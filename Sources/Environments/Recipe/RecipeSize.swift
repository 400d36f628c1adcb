import Phrases

/// How long the text of a recipe or a lock may be, wherever it comes from.
public enum RecipeSize {
    /// Bytes.
    public static let most = 1 << 20

    /// Why a text is refused, and what to do; nil where it is not too long.
    public static func problem(of text: String) -> Phrase? {
        let bytes = text.utf8.count
        guard bytes > most else { return nil }
        // Tenths of a MiB, rounded up: what is too long by a byte is not “1.0 MiB”.
        let tenths = (bytes * 10 + most - 1) / most
        return
            "A recipe or a lock has at most 1 MiB, and this one has \(tenths / 10).\(tenths % 10) MiB. Is it the right file? A recipe names only what you use yourself, and a lock can be that of one platform."
    }
}
