/// Why a head is not taken. The checks are RFC 9112's, without the leniency that lets two
/// readers of one message disagree about where it ends.
enum HeadRefusal: Error, Equatable {
    case bareLineFeed, malformedRequestLine, malformedStatusLine, malformedTarget
    case unsupportedVersion, unsupportedMethod
    case badFieldName, badFieldValue, foldedField, repeatedField
    case missingHost, badHost
    case badContentLength, lengthAndEncoding, badTransferEncoding, unknownTransferEncoding
    case headTooLarge, tooManyFields, tooManyInterimResponses

    /// The status that a client gets.
    var status: Status {
        switch self {
        case .unsupportedVersion: .versionNotSupported
        case .unsupportedMethod, .unknownTransferEncoding: .notImplemented
        case .headTooLarge, .tooManyFields: .headerFieldsTooLarge
        default: .badRequest
        }
    }

    /// In words, for the client and the log.
    var reason: StaticString {
        switch self {
        case .bareLineFeed: "a line ends without a carriage return"
        case .malformedRequestLine: "the request line is malformed"
        case .malformedStatusLine: "the status line is malformed"
        case .malformedTarget: "the request target is malformed"
        case .unsupportedVersion: "only HTTP/1.0 and HTTP/1.1 are spoken here"
        case .unsupportedMethod: "this method is not supported"
        case .badFieldName: "a field's name is malformed"
        case .badFieldValue: "a field's value holds a control character"
        case .foldedField: "a field is folded over two lines"
        case .repeatedField: "a field that may come once came twice"
        case .missingHost: "there is no Host field"
        case .badHost: "the Host field is malformed"
        case .badContentLength: "Content-Length is malformed"
        case .lengthAndEncoding: "both Content-Length and Transfer-Encoding are present"
        case .badTransferEncoding: "Transfer-Encoding is malformed"
        case .unknownTransferEncoding: "only the chunked transfer coding is supported"
        case .headTooLarge: "the head is too large"
        case .tooManyFields: "the head has too many fields"
        case .tooManyInterimResponses: "too many interim responses came before the final one"
        }
    }
}
