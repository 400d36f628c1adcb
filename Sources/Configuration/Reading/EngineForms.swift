import YAML

extension ValueForm where Value == GPURequest {
    /// `none`, `all`, a number, or a list of UUIDs and indices.
    static let gpus = ValueForm(
        read: { node, reading in
            if let items = node.sequence {
                let devices = items.compactMap { $0.scalar?.text }.filter { !$0.isEmpty }
                if devices.count == items.count, !devices.isEmpty { return .devices(devices) }
            } else if let scalar = node.scalar {
                if scalar.isNull || scalar.text == "none" || scalar.int == 0 { return GPURequest.none }
                if scalar.text == "all" { return .all }
                if let count = scalar.int, count > 0 { return .count(count) }
            }
            reading.expected("none, all, a number such as 1, or a list such as [GPU-8a2e…]", at: node)
            return nil
        },
        write: { request in
            switch request {
            case .none: "none"
            case .all: "all"
            case .count(let count): String(count)
            case .devices(let devices): "[" + devices.map(quoted).joined(separator: ", ") + "]"
            }
        })
}

extension ValueForm where Value == [String: String] {
    /// Environment variables: names and texts.
    static let variables = ValueForm(
        read: { node, reading in
            if node.scalar?.isNull == true { return [:] }
            guard let entries = node.mapping else {
                reading.expected("variables as “NAME: value”, one on a line", at: node)
                return nil
            }
            var variables: [String: String] = [:]
            for entry in entries {
                guard let name = entry.key.scalar?.text, isVariableName(name) else {
                    reading.report(
                        "“\(entry.key.scalar?.text ?? "")” can't be the name of an environment variable.",
                        "Use letters, digits and “_”, and no digit first.", at: entry.key.mark)
                    continue
                }
                guard let value = entry.value.scalar, !value.text.contains("\0") else {
                    reading.report(
                        "The variable “\(name)” is \(entry.value.kind).", "Write a text.", at: entry.value.mark)
                    continue
                }
                variables[name] = value.isNull ? "" : value.text
            }
            return variables
        },
        write: { variables in
            let pairs = variables.sorted { $0.key < $1.key }.map { "\($0.key): \(quoted($0.value))" }
            return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
        })

    private static func isVariableName(_ name: String) -> Bool {
        !name.isEmpty && name.first?.isNumber == false
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
