/// Prometheus' text form (exposition formats, text-based format 0.0.4), as a pure function.
public enum Exposition {
    /// `Content-Type` of what ``text(_:)`` gives.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All families, each once, by name.
    public static func text(_ families: [MetricFamily]) -> String {
        var out = ""
        for family in families.sorted(by: { $0.name < $1.name }) where !family.samples.isEmpty {
            if !family.help.isEmpty { out += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n" }
            out += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                out += family.name + sample.suffix
                if !sample.labels.isEmpty {
                    out += "{" + sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
                }
                out += " \(number(sample.value))\n"
            }
        }
        return out
    }

    /// A name as Prometheus takes it: other characters become `_`.
    static func name(_ name: String, colons: Bool = true) -> String {
        var out = ""
        for scalar in name.unicodeScalars {
            let isGood = scalar == "_" || (colons && scalar == ":") || (scalar.isASCII && scalar.properties.isAlphabetic)
            let isDigit = ("0"..."9").contains(scalar)
            if isDigit && out.isEmpty { out += "_" }
            out.unicodeScalars.append(isGood || isDigit ? scalar : "_")
        }
        return out
    }

    /// Shortest form that reads back as the same number; `+Inf`, `-Inf` and `NaN` as Go writes them.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 0x1p53 ? String(Int(value)) : "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
