import Reactor

/// An answer of the proxy's own.
struct LocalAnswer {
    enum Body {
        case none
        /// `{"status": …, "message": …}`, as JupyterHub's clients read it.
        case json
        /// A page of a few lines.
        case page
    }

    var status: Status
    var message: StaticString = ""
    var body = Body.none
    /// The value of `Location`.
    var location: [UInt8] = []
    /// The whole `Strict-Transport-Security` line; empty for none.
    var hstsLine: [UInt8] = []
    var connection = ResponseRewriting.Connection.keep
    /// Only the head is sent.
    var isAnswerToHEAD = false

    /// The number of bytes of the body.
    var bodyLength: Int {
        let message = message.utf8CodeUnitCount
        let phrase = status.phrase.utf8CodeUnitCount
        return switch body {
        case .none: 0
        case .json: Self.jsonStart.count + 3 + Self.jsonMiddle.count + message + Self.jsonEnd.count
        case .page:
            Self.pageStart.count + phrase + Self.pageMiddle.count + 4 + phrase + Self.pageText.count + message
                + Self.pageEnd.count
        }
    }

    /// Appends head and body.
    func append(to output: Buffer) {
        output.append("HTTP/1.1 ")
        output.append(decimal: status.rawValue)
        output.append(" ")
        output.append(ByteView(status.phrase))
        output.append("\r\nContent-Length: ")
        output.append(decimal: bodyLength)
        switch body {
        case .none: break
        case .json: output.append("\r\nContent-Type: application/json")
        case .page: output.append("\r\nContent-Type: text/html; charset=utf-8")
        }
        output.append("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n")
        if !location.isEmpty {
            output.append("Location: ")
            output.append(location)
            output.append("\r\n")
        }
        if status == .serviceUnavailable { output.append("Retry-After: 1\r\n") }
        if connection == .close { output.append("Connection: close\r\n") }
        if connection == .keepAloud { output.append("Connection: keep-alive\r\n") }
        output.append(hstsLine)
        output.append("\r\n")
        if !isAnswerToHEAD { appendBody(to: output) }
    }

    private func appendBody(to output: Buffer) {
        switch body {
        case .none: break
        case .json:
            output.append(Self.jsonStart)
            output.append(decimal: status.rawValue)
            output.append(Self.jsonMiddle)
            output.append(ByteView(message))
            output.append(Self.jsonEnd)
        case .page:
            output.append(Self.pageStart)
            output.append(ByteView(status.phrase))
            output.append(Self.pageMiddle)
            output.append(decimal: status.rawValue)
            output.append(" ")
            output.append(ByteView(status.phrase))
            output.append(Self.pageText)
            output.append(ByteView(message))
            output.append(Self.pageEnd)
        }
    }

    private static var jsonStart: ByteView { ByteView(#"{"status":"#) }
    private static var jsonMiddle: ByteView { ByteView(#","message":""#) }
    private static var jsonEnd: ByteView { ByteView("\"}") }
    private static var pageStart: ByteView { ByteView("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>") }
    private static var pageMiddle: ByteView { ByteView("</title><h1>") }
    private static var pageText: ByteView { ByteView("</h1><p>") }
    private static var pageEnd: ByteView { ByteView(".</p><p><a href=\"/hub/\">To the hub</a></p></html>\n") }
}
