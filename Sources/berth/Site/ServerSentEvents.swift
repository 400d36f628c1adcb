/// The data of server-sent events (WHATWG HTML, 9.2), from bytes in pieces of any size. Berth's have one `data:` line each.
struct ServerSentEvents {
    private var line: [UInt8] = []

    /// The data of the events that `bytes` complete.
    mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.starts(with: Self.field) { events.append(Array(line.dropFirst(Self.field.count))) }
            line = []
        }
        return events
    }

    private static let field = Array("data: ".utf8)
}
