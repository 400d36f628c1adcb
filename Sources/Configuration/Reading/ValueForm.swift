import YAML

/// The form in which a value is written: how it is read, and how it is printed.
struct ValueForm<Value: Sendable>: Sendable {
    /// Reads a node; where it is wrong, reports why and gives nil.
    let read: @Sendable (Node, inout Reading) -> Value?
    /// The value in YAML on one line.
    let write: @Sendable (Value) -> String

    init(
        read: @escaping @Sendable (Node, inout Reading) -> Value?, write: @escaping @Sendable (Value) -> String
    ) {
        self.read = read
        self.write = write
    }

    /// A form of one scalar. `expected` says what it should have been: “a size such as 64g”.
    init(
        _ expected: String, _ parse: @escaping @Sendable (Scalar) -> Value?,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            read: { node, reading in
                if let scalar = node.scalar, let value = parse(scalar) { return value }
                reading.expected(expected, at: node)
                return nil
            }, write: write)
    }

    /// The same with one more condition; `expected` says all of it.
    func accepting(_ expected: String, _ holds: @escaping @Sendable (Value) -> Bool) -> ValueForm {
        ValueForm(
            read: { node, reading in
                guard let value = read(node, &reading) else { return nil }
                if holds(value) { return value }
                reading.expected(expected, at: node)
                return nil
            }, write: write)
    }

    /// The same, or nothing (`null`) for nil.
    var optional: ValueForm<Value?> {
        ValueForm<Value?>(
            read: { node, reading in
                if node.scalar?.isNull == true { return .some(nil) }
                return read(node, &reading).map { .some($0) }
            }, write: { $0.map(write) ?? "null" })
    }

    /// A list of such values; one alone needs no list.
    var list: ValueForm<[Value]> {
        ValueForm<[Value]>(
            read: { node, reading in
                if node.scalar?.isNull == true { return [] }
                let items = node.sequence ?? [node]
                let values = items.compactMap { read($0, &reading) }
                return values.count == items.count ? values : nil
            }, write: { "[" + $0.map(write).joined(separator: ", ") + "]" })
    }
}

extension ValueForm where Value == Double {
    /// The same, rounded to whole seconds.
    var wholeSeconds: ValueForm<Int> {
        ValueForm<Int>(read: { read($0, &$1).map { Int($0.rounded()) } }, write: { write(Double($0)) })
    }
}

/// What a form may know while it reads, and where it reports.
struct Reading {
    /// The file as problems name it.
    let file: String
    /// What relative paths begin at; absolute.
    let directory: String
    /// Whether a file that is named must be there.
    let checksFiles: Bool
    var problems: [ConfigurationError.Problem] = []
    /// The key whose value is being read, with the sections it is in: `gateway.session.idle`.
    var key = ""

    mutating func report(_ what: String, _ remedy: String, at mark: Mark?) {
        problems.append(ConfigurationError.Problem(file: file, mark: mark, what: what, remedy: remedy))
    }

    mutating func expected(_ form: String, at node: Node) {
        report("“\(key)” is \(node.kind).", "Write \(form).", at: node.mark)
    }
}
