import Foundation
import Phrases

/// The name of an environment: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, and no `.git` or `.lock` at its end,
/// because it is the name of a Git repository.
public struct EnvironmentName: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// Nil where `text` can't be a name; ``rule`` says why in words.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...64).contains(bytes.count), bytes[0] != UInt8(ascii: "."), bytes[0] != UInt8(ascii: "-"),
            bytes[0] != UInt8(ascii: "_"), bytes.allSatisfy(Self.isAllowed), !text.contains(".."),
            ![".git", ".lock"].contains(where: text.lowercased().hasSuffix), bytes.last != UInt8(ascii: ".")
        else { return nil }
        self.text = text
    }

    /// What could be meant by a text that can't be a name: its letters without marks, and “-” for what lies between;
    /// nil where nothing is left.
    init?(near text: String) {
        let plain = text.replacing("ß", with: "ss").folding(options: .diacriticInsensitive, locale: nil)
        let words = plain.split { !$0.isASCII || !($0.isLetter || $0.isNumber || "._".contains($0)) }
        let joined = words.joined(separator: "-").trimmingCharacters(in: CharacterSet(charactersIn: "._-"))
        self.init(String(joined.prefix(64)))
    }

    /// What a name must be, for a person.
    public static let rule: Phrase =
        "A name has 1 to 64 letters, digits, “.”, “_” or “-”, begins with a letter or digit, and does not end in “.git” or “.lock”."

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    public var description: String { text }
}
