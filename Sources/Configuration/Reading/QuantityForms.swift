import YAML

extension ValueForm where Value == Int {
    /// Bytes, as container engines write sizes: `64g`, `512MiB`, `1.5g` or a plain number. Units are
    /// powers of 1024, whether written `k`, `kb` or `KiB`.
    static let size = ValueForm(
        "a size such as 512m or 64g",
        { scalar in
            guard let (value, unit) = quantity(scalar.text),
                let power = ["", "k", "m", "g", "t"].firstIndex(of: stem(of: unit))
            else { return nil }
            let bytes = value * Double(1 << (10 * power))
            return bytes > 0 && bytes < 0x1p60 ? Int(bytes) : nil
        },
        write: { bytes in
            for (power, unit) in [(4, "t"), (3, "g"), (2, "m"), (1, "k")] where bytes % (1 << (10 * power)) == 0 {
                return "\(bytes >> (10 * power))\(unit)"
            }
            return String(bytes)
        })

    /// The size's unit without what says “bytes”.
    private static func stem(of unit: Substring) -> String {
        let lower = unit.lowercased()
        if lower == "b" { return "" }
        return lower.count > 1 ? String(lower.prefix(1)) + lower.dropFirst().drop { $0 == "i" || $0 == "b" } : lower
    }
}

extension ValueForm where Value == Double {
    /// Seconds: `30s`, `15m`, `12h`, `14d`, `1h30m`, or a plain number of seconds.
    static let duration = ValueForm("a duration such as 30s, 15m, 12h or 14d", seconds(in:), write: writeDuration)

    /// A duration that may be zero.
    static let anyDuration = ValueForm(
        "a duration such as 0s, 30s or 15m", { $0.int == 0 || $0.text == "0s" ? 0 : seconds(in: $0) },
        write: writeDuration)

    @Sendable fileprivate static func seconds(in scalar: Scalar) -> Double? {
        let units: [String: Double] = ["": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        var rest = Substring(scalar.text)
        var total = 0.0
        repeat {
            guard let (value, unitAndMore) = quantity(rest) else { return nil }
            let unit = unitAndMore.prefix { $0.isLetter }
            guard let factor = units[String(unit)] else { return nil }
            rest = unitAndMore.dropFirst(unit.count)
            // A number without a unit stands alone: “1h30” is unclear.
            if unit.isEmpty && (total > 0 || !rest.isEmpty) { return nil }
            total += value * factor
        } while !rest.isEmpty
        return total > 0 && total.isFinite ? total : nil
    }

    @Sendable fileprivate static func writeDuration(_ seconds: Double) -> String {
        for (factor, unit) in [(86_400.0, "d"), (3600, "h"), (60, "m")]
        where seconds > 0 && seconds.truncatingRemainder(dividingBy: factor) == 0 {
            return number(seconds / factor) + unit
        }
        return number(seconds) + "s"
    }
}

extension ValueForm where Value == Double? {
    /// A duration, or `off` for nil.
    static let intervalOrOff = ValueForm(
        read: { node, reading in
            if node.scalar?.text == "off" { return .some(nil) }
            if let scalar = node.scalar, let seconds = ValueForm<Double>.seconds(in: scalar) { return .some(seconds) }
            reading.expected("a duration such as 12h or 7d, or off", at: node)
            return nil
        }, write: { $0.map(ValueForm<Double>.writeDuration) ?? "off" })
}

extension ValueForm where Value == CullTime {
    /// A duration, `never`, or `inherit`.
    static let cullTime = ValueForm(
        read: { node, reading in
            switch node.scalar?.text {
            case "inherit": return .inherit
            case "never": return .never
            default:
                if let scalar = node.scalar, let seconds = ValueForm<Double>.seconds(in: scalar) { return .after(seconds) }
                reading.expected("a duration such as 30m or 12h, never, or inherit", at: node)
                return nil
            }
        },
        write: { time in
            switch time {
            case .inherit: "inherit"
            case .never: "never"
            case .after(let seconds): ValueForm<Double>.writeDuration(seconds)
            }
        })
}

extension ValueForm where Value == SolverWaits {
    /// A duration, `always`, or `off`.
    static let solverWaits = ValueForm(
        read: { node, reading in
            switch node.scalar?.text {
            case "always": return .always
            case "off": return .off
            default:
                if let scalar = node.scalar, let seconds = ValueForm<Double>.seconds(in: scalar) { return .afterUse(seconds) }
                reading.expected("always, a duration such as 10m, or off", at: node)
                return nil
            }
        },
        write: { waits in
            switch waits {
            case .always: "always"
            case .off: "off"
            case .afterUse(let seconds): ValueForm<Double>.writeDuration(seconds)
            }
        })
}

/// A number and what follows it without white space.
private func quantity(_ text: some StringProtocol) -> (Double, Substring)? {
    let text = Substring(text)
    let digits = text.prefix { "0123456789.".contains($0) }
    guard !digits.isEmpty, let value = Double(digits) else { return nil }
    return (value, text.dropFirst(digits.count).drop { $0 == " " })
}
