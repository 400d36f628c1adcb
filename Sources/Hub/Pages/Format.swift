import Foundation

/// Numbers and times as people read them.
enum Format {
    /// Bytes in binary units: “1.4 GiB”.
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
        while value >= 1024, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        let unit = units.first ?? "B"
        return unit == "B" || value >= 100 ? "\(Int(value.rounded())) \(unit)" : String(format: "%.1f %@", value, unit)
    }

    /// A moment as ISO 8601 for `<time datetime>`; scripts turn it into the reader's own zone.
    static func machine(_ time: Double) -> String { Date(timeIntervalSince1970: time).ISO8601Format() }

    /// A moment as text for readers without scripts: “2026-11-24 04:10 UTC”.
    static func moment(_ time: Double) -> String {
        let text = machine(time)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    /// A browser's `User-Agent` in two words: “Firefox on Linux”.
    static func browser(_ userAgent: String) -> String {
        let names = [
            ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
        ]
        let systems = [
            ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
        ]
        let name = names.first { userAgent.contains($0.0) }?.1
        let system = systems.first { userAgent.contains($0.0) }?.1
        return [name, system].compactMap(\.self).joined(separator: " · ")
    }
}
