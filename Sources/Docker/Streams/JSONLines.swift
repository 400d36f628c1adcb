import Foundation

/// A stream of JSON objects, one a line, as the engine sends progress and events.
struct JSONLines<Value: Decodable> {
    /// An object larger than this is no object of the engine's.
    private var lines = LineSplitter(limit: 1 << 20)
    private let decoder = JSONDecoder()

    /// The objects that `bytes` complete; what can't be read is passed over.
    mutating func append(_ bytes: [UInt8]) -> [Value] {
        lines.append(bytes[...]).compactMap(decode)
    }

    mutating func finish() -> [Value] { lines.finish().compactMap(decode) }

    private func decode(_ line: String) -> Value? {
        try? decoder.decode(Value.self, from: Data(line.utf8))
    }
}
