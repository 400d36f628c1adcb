/// Reads values out of a JSON value as any decoder does, and tells faults by their key.
///
/// It notes which keys of each object were asked for: the others are those that nobody reads.
struct KeyedJSON: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private let asked: Asked

    /// Which keys were asked for, by the path of their object.
    private final class Asked {
        var keys: [[String]: Set<String>] = [:]
    }

    /// What is wrong with a body.
    enum Fault: Error {
        case missing(key: String)
        /// No value of this key: of another type, or none that it can have.
        case wrong(key: String)
        /// Keys that nobody reads, and those of the same object that somebody does.
        case unknown(keys: [String], known: [String])
    }

    /// - Parameter isLenient: Whether keys that nobody reads are passed over.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from value: JSONValue, passingOverOthers isLenient: Bool
    ) throws(Fault) -> Value {
        let asked = Asked()
        let decoded: Value
        do {
            decoded = try KeyedJSON(value: value, codingPath: [], asked: asked).decoded(type)
        } catch DecodingError.keyNotFound(let key, let context) {
            throw .missing(key: name(context.codingPath + [key]))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context),
            DecodingError.valueNotFound(_, let context)
        {
            throw .wrong(key: name(context.codingPath))
        } catch {
            throw .wrong(key: "")
        }
        if !isLenient { try refuseOthers(in: value, at: [], asked) }
        return decoded
    }

    private static func refuseOthers(in value: JSONValue, at path: [String], _ asked: Asked) throws(Fault) {
        switch value {
        case .object(let object):
            guard let known = asked.keys[path] else { return }
            let unknown = Set(object.keys).subtracting(known)
            guard unknown.isEmpty else { throw .unknown(keys: unknown.sorted(), known: known.sorted()) }
            for (key, value) in object { try refuseOthers(in: value, at: path + [key], asked) }
        case .array(let values):
            for (index, value) in values.enumerated() { try refuseOthers(in: value, at: path + ["\(index)"], asked) }
        default: return
        }
    }

    /// As a program writes it: `git.url`, `platforms[1]`.
    private static func name(_ path: [any CodingKey]) -> String {
        path.reduce("") { name, key in
            if let index = key.intValue { name + "[\(index)]" } else { name.isEmpty ? key.stringValue : name + "." + key.stringValue }
        }
    }

    private var path: [String] { codingPath.map(\.stringValue) }

    private func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: ""))
    }

    private func inside(_ value: JSONValue, _ key: any CodingKey) -> KeyedJSON {
        KeyedJSON(value: value, codingPath: codingPath + [key], asked: asked)
    }

    private func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let value = value as? Value { return value }
        switch value {
        case .string(let text): if let text = text as? Value { return text }
        case .bool(let truth): if let truth = truth as? Value { return truth }
        case .number(let number):
            if let number = number as? Value { return number }
            if let number = Int(exactly: number) as? Value { return number }
        default: break
        }
        // These would come back here.
        if type is any BinaryInteger.Type || type is any BinaryFloatingPoint.Type || type == String.self || type == Bool.self {
            throw mismatch(type)
        }
        return try Value(from: self)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = value else { throw mismatch(type) }
        // An object that is asked for nothing knows no key.
        asked.keys[path] = asked.keys[path] ?? []
        return KeyedDecodingContainer(Keyed(decoder: self, object: object))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let values) = value else { throw mismatch([JSONValue].self) }
        return Unkeyed(decoder: self, values: values)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: KeyedJSON
        let object: [String: JSONValue]

        var codingPath: [any CodingKey] { decoder.codingPath }
        var allKeys: [Key] { object.keys.compactMap(Key.init(stringValue:)) }

        func contains(_ key: Key) -> Bool { value(key) != nil }

        func decodeNil(forKey key: Key) throws -> Bool { try found(key) == .null }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try decoder.inside(found(key), key).decoded(type)
        }

        func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type, forKey key: Key) throws -> KeyedDecodingContainer<Inner> {
            try decoder.inside(found(key), key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try decoder.inside(found(key), key).unkeyedContainer()
        }

        func superDecoder() -> any Decoder { decoder }

        func superDecoder(forKey key: Key) throws -> any Decoder { decoder.inside(try found(key), key) }

        private func found(_ key: Key) throws -> JSONValue {
            guard let value = value(key) else { throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "")) }
            return value
        }

        private func value(_ key: Key) -> JSONValue? {
            decoder.asked.keys[decoder.path, default: []].insert(key.stringValue)
            return object[key.stringValue]
        }
    }

    private struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: KeyedJSON
        let values: [JSONValue]
        var currentIndex = 0

        var codingPath: [any CodingKey] { decoder.codingPath }
        var count: Int? { values.count }
        var isAtEnd: Bool { currentIndex >= values.count }

        mutating func decodeNil() throws -> Bool {
            guard !isAtEnd, values[currentIndex] == .null else { return false }
            currentIndex += 1
            return true
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().decoded(type) }

        mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            try next().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

        mutating func superDecoder() throws -> any Decoder { try next() }

        private mutating func next() throws -> KeyedJSON {
            let index = Index(intValue: currentIndex)
            guard !isAtEnd else { throw decoder.mismatch(JSONValue.self) }
            currentIndex += 1
            return decoder.inside(values[index.number], index)
        }
    }

    private struct Index: CodingKey {
        let number: Int
        var stringValue: String { "\(number)" }
        var intValue: Int? { number }

        init(intValue: Int) { number = intValue }
        init?(stringValue: String) { nil }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: KeyedJSON
        var codingPath: [any CodingKey] { decoder.codingPath }

        func decodeNil() -> Bool { decoder.value == .null }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decoded(type) }
    }
}
