/// An error in words for people: what happened, why, and what to do.
public protocol PhrasedError: Error, CustomStringConvertible {
    var phrase: Phrase { get }
}

extension PhrasedError {
    /// In English.
    public var description: String { phrase.english }
}

extension Phrase.Parts {
    public mutating func appendInterpolation(_ error: some PhrasedError) { appendInterpolation(error.phrase) }
}
