import Environments
import Foundation

/// `multipart/form-data` (RFC 7578) as far as small text files need: every part is text.
enum MultipartForm {
    /// The boundary in a `Content-Type`; nil for any other type.
    static func boundary(of contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        return parameter("boundary", in: contentType)
    }

    /// What one field holds.
    struct Part: Equatable {
        let name: String
        /// What its file is called; nil where it is none, or none was chosen.
        let file: String?
        let text: String
    }

    static func parts(of body: [UInt8], boundary: String) throws(NotUTF8) -> [Part] {
        let data = Data(body)
        let delimiter = Data("--\(boundary)".utf8)
        var parts: [Part] = []
        var rest = data.startIndex
        while let mark = data.range(of: delimiter, in: rest..<data.endIndex) {
            rest = mark.upperBound
            guard let head = data.range(of: Data("\r\n\r\n".utf8), in: rest..<data.endIndex),
                let end = data.range(of: Data("\r\n".utf8) + delimiter, in: head.upperBound..<data.endIndex)
            else { break }
            let disposition = String(decoding: data[rest..<head.lowerBound], as: UTF8.self)
                .split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("content-disposition:") }
            guard let disposition, let name = parameter("name", in: String(disposition)) else { continue }
            let file = parameter("filename", in: String(disposition)).flatMap { $0.isEmpty ? nil : $0 }
            let text = try PlainText(data[head.upperBound..<end.lowerBound], of: file).text
            parts.append(Part(name: name, file: file, text: text))
        }
        return parts
    }

    private static func parameter(_ name: String, in header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if pair.count == 2, pair[0].lowercased() == name { return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
        }
        return nil
    }
}
