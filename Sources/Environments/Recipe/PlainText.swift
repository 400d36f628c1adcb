import Phrases

/// Text that somebody brings in bytes: a recipe, a lock, a list of requirements. It is UTF-8, or it isn't taken: whoever
/// guesses would keep other letters than were written.
public struct PlainText: Sendable {
    public let text: String

    /// - Parameter file: What the person calls it; nil where it came without a name.
    public init(_ bytes: some Collection<UInt8>, of file: String? = nil) throws(NotUTF8) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self.text = text
            return
        }
        let isUTF16 = [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(bytes.prefix(2)))
        // Decoding repairs what it can't read, at the very place; what the text has of its own is no sign of that.
        let read = String(decoding: bytes, as: UTF8.self).unicodeScalars
        var position = bytes.startIndex, line = 1
        for scalar in read {
            let width = UTF8.width(scalar)
            let end = bytes.index(position, offsetBy: width, limitedBy: bytes.endIndex) ?? bytes.endIndex
            guard bytes[position..<end].elementsEqual(String(scalar).utf8) else { break }
            if scalar == "\n" { line += 1 }
            position = end
        }
        throw NotUTF8(file: file, line: line, encoding: isUTF16 ? "utf-16" : "latin1")
    }
}

/// Why bytes can't be taken as text.
public struct NotUTF8: PhrasedError, Sendable, Equatable {
    let file: String?
    /// The first line that isn't UTF-8, from 1.
    public let line: Int
    /// What it most likely is, as iconv calls it.
    let encoding: String

    /// What is so, and what to do.
    public var phrase: Phrase {
        let file = file ?? "environment.yml"
        return
            "Line \(line) of \(file) is not UTF-8 text, so some of its letters would be lost. Bring it as UTF-8: iconv -f \(encoding) -t utf-8 \(file) > utf-8.yml."
    }
}
