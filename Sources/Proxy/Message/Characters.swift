import Reactor

/// The character classes of RFC 9110 and RFC 3986, by bytes.
extension UInt8 {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A

    /// `tchar` of RFC 9110, 5.6.2: what names of methods and fields are made of.
    var isTokenCharacter: Bool {
        switch self {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: true
        // ! # $ % & ' * + - . ^ _ ` | ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// What a field's value may hold (RFC 9110, 5.5): all but controls; the tab is allowed.
    var isFieldCharacter: Bool { (self >= 0x20 && self != 0x7F) || self == 0x09 }

    /// What a request's target may hold: visible ASCII without `#`, which begins a fragment
    /// and never belongs on the wire. Browsers send `"<>[]\^`{|}` raw here and there.
    var isTargetCharacter: Bool { self > 0x20 && self < 0x7F && self != 0x23 }

    /// What a host and its port are made of, IPv6 literals included.
    var isHostCharacter: Bool {
        switch self {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: true
        // - . : [ ] _, and % for clients of a Unix socket, which write its path there (RFC 3986, 3.2.2)
        case 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F, 0x25: true
        default: false
        }
    }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: self - 0x57
        case 0x41...0x46: self - 0x37
        default: nil
        }
    }
}

extension ByteView {
    /// Calls `body` with each element of a comma-separated list, trimmed, empty ones left out (RFC 9110, 5.6.1).
    func forEachListElement(_ body: (ByteView) -> Void) {
        var start = 0
        while start <= count {
            let end = firstIndex(of: 0x2C, from: start) ?? count
            let element = self[start..<end].trimmed
            if !element.isEmpty { body(element) }
            start = end + 1
        }
    }

    /// Whether a comma-separated list has `element`, written in lower case.
    func listContains(_ element: StaticString) -> Bool {
        var found = false
        forEachListElement { if $0.equalsIgnoringCase(element) { found = true } }
        return found
    }

    /// A number in decimal digits alone; nil for anything else and for what does not fit.
    var decimalNumber: Int? {
        guard !isEmpty, count <= 18 else { return nil }
        var number = 0
        for index in 0..<count {
            guard self[index] >= 0x30, self[index] <= 0x39 else { return nil }
            number = number * 10 + Int(self[index] - 0x30)
        }
        return number
    }

    /// With each `%XX` replaced by the byte it stands for, once; a `%` without two digits stays.
    var percentDecoded: [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(count)
        var index = 0
        while index < count {
            if self[index] == 0x25, index + 2 < count, let high = self[index + 1].hexadecimalValue,
                let low = self[index + 2].hexadecimalValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(self[index])
                index += 1
            }
        }
        return decoded
    }
}
