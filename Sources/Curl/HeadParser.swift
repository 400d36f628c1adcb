/// Header lines as libcurl hands them over, one a call (`CURLOPT_HEADERFUNCTION(3)`), into the
/// head of the final answer: interim answers (1xx) and trailers are passed over.
struct HeadParser {
    private var status = 0
    private var headers: [(name: String, value: String)] = []
    private var isDone = false

    /// The head, with the empty line that ends it.
    mutating func take(_ line: String) -> ResponseHead? {
        guard !isDone else { return nil }
        if line.hasPrefix("HTTP/") {
            status = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
            headers = []
            return nil
        }
        guard let colon = line.firstIndex(of: ":") else {
            guard line.allSatisfy(\.isWhitespace), status >= 200 else { return nil }
            isDone = true
            return ResponseHead(status: status, headers: headers)
        }
        let value = line[line.index(after: colon)...]
        headers.append((String(line[..<colon]), String(value.trimmingSpaces())))
        return nil
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var rest = drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
