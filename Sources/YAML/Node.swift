import Phrases

/// A node of a YAML document, with the place where it begins.
///
/// ```swift
/// let document = try Node.parse("name: demo\n")
/// document?.mapping?.first?.value.string  // "demo"
/// ```
public struct Node: Sendable, Equatable {
    /// What a node holds.
    public indirect enum Content: Sendable, Equatable {
        case scalar(Scalar)
        case sequence([Node])
        /// In the order of the text; keys are unique.
        case mapping([Entry])
    }

    /// One key and its value.
    public struct Entry: Sendable, Equatable {
        public let key: Node
        public let value: Node

        public init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
    }

    public let mark: Mark
    public let content: Content

    public init(_ content: Content, at mark: Mark) {
        self.content = content
        self.mark = mark
    }

    /// The node's scalar; nil for a collection.
    public var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// The node's items; nil where it is no sequence.
    public var sequence: [Node]? {
        if case .sequence(let nodes) = content { nodes } else { nil }
    }

    /// The node's entries in their order; nil where it is no mapping.
    public var mapping: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value under the plain key `key`; nil where it is absent or the node is no mapping.
    public subscript(key: String) -> Node? {
        mapping?.first { $0.key.scalar?.text == key }?.value
    }

    /// What a person would call it: “a list”, “a mapping”, “a number” and so on.
    public var kind: Phrase {
        switch content {
        case .scalar(let scalar): scalar.kind
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
