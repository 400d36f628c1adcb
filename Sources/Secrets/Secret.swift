import Glibc

/// Bytes that must not outlive their use: a password, a one-time code.
///
/// The bytes live in one allocation that is never moved or grown, is overwritten with
/// zeros when the last owner lets go (`explicit_bzero(3)`, which a compiler may not
/// remove), and never becomes a `String` on the way.
///
/// ```swift
/// let password = Secret(utf8: body)
/// password.withBytes { write(descriptor, $0.baseAddress, $0.count) }
/// ```
// @unchecked: the bytes are written in the initialisers and in deinit only, so readers never race a writer.
public final class Secret: @unchecked Sendable {
    private let bytes: UnsafeMutableRawBufferPointer

    /// Copies `source`; the caller still owns, and wipes, the original.
    public init(copying source: UnsafeRawBufferPointer) {
        bytes = .allocate(byteCount: max(source.count, 1), alignment: 1)
        count = source.count
        bytes.copyBytes(from: source)
    }

    /// Makes room for `count` bytes and lets `fill` write them in place.
    public init<Failure: Error>(
        count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        bytes = .allocate(byteCount: max(count, 1), alignment: 1)
        self.count = count
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
    }

    /// Copies the UTF-8 bytes of `text`. For text that is a secret only from here on.
    public convenience init(_ text: some StringProtocol) {
        var copy = Array(text.utf8)
        self.init(copying: copy)
        copy.withUnsafeMutableBytes { $0.wipe() }
    }

    private convenience init(copying source: [UInt8]) {
        self.init(count: source.count) { $0.copyBytes(from: source) }
    }

    /// The number of bytes.
    public let count: Int

    /// Lends the bytes for the time of `body`.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }

    deinit {
        bytes.wipe()
        bytes.deallocate()
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Overwrites the bytes with zeros in a way that is not optimised away.
    public func wipe() {
        guard let baseAddress else { return }
        explicit_bzero(baseAddress, count)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the bytes, so that a log line can't show them.
    public var description: String { "Secret(\(count) bytes)" }
    public var debugDescription: String { description }
}
