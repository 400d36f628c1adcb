import CZstd

/// Zstandard frames (RFC 8878) as they come, into what was compressed.
///
/// ```swift
/// let decompressor = ZstdDecompressor()
/// for try await chunk in body { try decompressor.decompress(chunk) { plain in scanner.take(plain) } }
/// guard decompressor.isAtEnd else { … }
/// ```
public final class ZstdDecompressor {
    private let context: OpaquePointer?
    private var output: [UInt8]
    /// Whether what has come so far ends with a frame's end.
    public private(set) var isAtEnd = true

    public init() {
        context = ZSTD_createDCtx()
        output = Array(repeating: 0, count: ZSTD_DStreamOutSize())
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Gives what `input` holds to `take`, in pieces of at most 128 KiB.
    public func decompress(_ input: [UInt8], _ take: (ArraySlice<UInt8>) -> Void) throws(ZstdError) {
        guard let context else { throw ZstdError(reason: "there is no memory left") }
        var place = 0
        var isFull = false
        while place < input.count || isFull {
            let (code, read, written) = input.withUnsafeBytes { source in
                output.withUnsafeMutableBytes { target in
                    var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: place)
                    var to = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    let code = ZSTD_decompressStream(context, &to, &from)
                    return (code, from.pos, to.pos)
                }
            }
            guard ZSTD_isError(code) == 0 else { throw ZstdError(reason: String(cString: ZSTD_getErrorName(code))) }
            isAtEnd = code == 0
            place = read
            isFull = written == output.count
            if written > 0 { take(output[..<written]) }
        }
    }
}

/// What was to be decompressed is no Zstandard, or is damaged.
public struct ZstdError: Error, Sendable, Equatable, CustomStringConvertible {
    /// In libzstd's words.
    public let reason: String

    public var description: String { "The compressed data can't be read: \(reason)." }
}
