/// Makes the tree of a document from its events.
struct Composer {
    private let events: [Event]
    private let limits: Node.Limits
    private var position = 0
    private var nodes = 0
    /// What each anchor stands for, and how many nodes that is.
    private var anchors: [String: (node: Node, count: Int)] = [:]

    init(events: [Event], limits: Node.Limits) {
        self.events = events
        self.limits = limits
    }

    /// The only document.
    mutating func document() throws(YAMLError) -> Node? {
        guard position < events.count else { return nil }
        position += 1
        let root = try node(depth: 0)
        if position < events.count {
            throw YAMLError(
                events[position].mark, "A second document begins here.", remedy: "Keep one document in a file: remove “---”.")
        }
        return root
    }

    private mutating func node(depth: Int) throws(YAMLError) -> Node {
        let event = events[position]
        position += 1
        let before = nodes
        try count(1, at: event.mark)
        guard depth < limits.depth else {
            throw YAMLError(event.mark, "Nested deeper than \(limits.depth) levels.", remedy: "Make it flatter.")
        }
        switch event.kind {
        case .scalar(let scalar, let anchor):
            return keep(Node(.scalar(scalar), at: event.mark), as: anchor, since: before)
        case .sequenceStart(let anchor):
            var items: [Node] = []
            while !isEnd { items.append(try node(depth: depth + 1)) }
            position += 1
            return keep(Node(.sequence(items), at: event.mark), as: anchor, since: before)
        case .mappingStart(let anchor):
            let entries = try mapping(depth: depth)
            return keep(Node(.mapping(entries), at: event.mark), as: anchor, since: before)
        case .alias(let name):
            guard let anchor = anchors[name] else {
                throw YAMLError(
                    event.mark, "The alias *\(name) has no anchor &\(name) before it.",
                    remedy: "Define the anchor first, or put quotes around a text that begins with *.")
            }
            try count(anchor.count - 1, at: event.mark)
            return Node(anchor.node.content, at: event.mark)
        case .documentStart, .sequenceEnd, .mappingEnd:
            throw YAMLError(event.mark, "A value is missing here.")
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var seen: [String: Mark] = [:]
        while !isEnd {
            let key = try node(depth: depth + 1)
            guard let text = key.scalar?.text else {
                throw YAMLError(
                    key.mark, "A key must be a simple text, not \(key.kind).",
                    remedy: "Put quotes around a text that begins with [, { or ?.")
            }
            if let first = seen.updateValue(key.mark, forKey: text) {
                throw YAMLError(
                    key.mark, "The key “\(text)” is here a second time; the first is at \(first).",
                    remedy: "Remove one of them.")
            }
            entries.append(Node.Entry(key: key, value: try node(depth: depth + 1)))
        }
        position += 1
        return entries
    }

    /// Whether the collection that is being read ends here.
    private var isEnd: Bool {
        guard position < events.count else { return true }
        return switch events[position].kind {
        case .sequenceEnd, .mappingEnd: true
        default: false
        }
    }

    private mutating func count(_ more: Int, at mark: Mark) throws(YAMLError) {
        nodes += more
        guard nodes <= limits.nodes else {
            throw YAMLError(
                mark, "More than \(limits.nodes) values, aliases counted in full.", remedy: "Use fewer aliases.")
        }
    }

    private mutating func keep(_ node: Node, as anchor: String?, since before: Int) -> Node {
        if let anchor { anchors[anchor] = (node, nodes - before) }
        return node
    }
}
