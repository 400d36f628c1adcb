import Glibc
import TLS

/// Lends the bytes of a regular file; blocks. A link is not followed.
///
/// - Parameters:
///   - path: As ``Tree`` gives it.
///   - size: Bytes, as `lstat(2)` told.
func withBytes<Value>(
    of path: [CChar], size: Int, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Value
) throws(FileError) -> Value {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
    defer { close(descriptor) }
    return try withBytes(
        ofOpen: descriptor, size: size, String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self), body)
}

/// Lends the bytes of an open regular file.
func withBytes<Value>(
    ofOpen descriptor: CInt, size: Int, _ path: String, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Value
) throws(FileError) -> Value {
    guard size > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw FileError("read", path) }
    defer { munmap(memory, size) }
    return try body(UnsafeRawBufferPointer(start: memory, count: size))
}
