import CZstd

/// `bytes` as one Zstandard frame (RFC 8878), with the format's usual effort.
public func zstdCompressed(_ bytes: [UInt8]) throws(ZstdError) -> [UInt8] {
    let room = ZSTD_compressBound(bytes.count)
    var code = 0
    let frame = [UInt8](unsafeUninitializedCapacity: room) { target, count in
        code = bytes.withUnsafeBytes { ZSTD_compress(target.baseAddress, room, $0.baseAddress, $0.count, ZSTD_CLEVEL_DEFAULT) }
        count = ZSTD_isError(code) == 0 ? code : 0
    }
    guard ZSTD_isError(code) == 0 else { throw ZstdError(reason: String(cString: ZSTD_getErrorName(code))) }
    return frame
}
