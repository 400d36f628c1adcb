import Glibc

/// A read-only view of bytes that somebody else owns, with every access checked, in
/// release builds too.
///
/// A view is good only until its owner, usually a ``Buffer``, is changed; it is passed
/// down a call and never stored.
@frozen
public struct ByteView {
    @usableFromInline let base: UnsafeRawPointer?
    /// The number of bytes.
    public let count: Int

    /// A view of memory that stays as it is for as long as the view is used.
    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes.baseAddress
        count = bytes.count
    }

    /// A view of text in the program itself.
    @inlinable
    public init(_ text: StaticString) {
        base = UnsafeRawPointer(text.utf8Start)
        count = text.utf8CodeUnitCount
    }

    @inlinable public var isEmpty: Bool { count == 0 }

    /// The byte at `index`, which must be in `0..<count`.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        guard let base, index >= 0, index < count else { preconditionFailure("index outside of the view") }
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The part in `range`, which must lie in `0..<count`.
    @inlinable
    public subscript(range: Range<Int>) -> ByteView {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside of the view")
        guard let base else { return self }
        return ByteView(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Everything from `index` on.
    @inlinable
    public func dropFirst(_ index: Int) -> ByteView { self[index..<count] }

    /// For the system's calls.
    @inlinable public var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// The index of the first `byte` at or after `start`.
    @inlinable
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0 && start <= count, "start outside of the view")
        guard let base, start < count, let found = memchr(base + start, CInt(byte), count - start) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// Whether the bytes are those of `other`.
    @inlinable
    public func equals(_ other: ByteView) -> Bool {
        guard count == other.count, let base, let theirs = other.base else { return count == other.count }
        return memcmp(base, theirs, count) == 0
    }

    @inlinable public func equals(_ text: StaticString) -> Bool { equals(ByteView(text)) }

    /// Whether the bytes are `text`, which is written in lower case, in any case of ASCII letters.
    @inlinable
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        let other = ByteView(text)
        return count == other.count && startsIgnoringCase(other)
    }

    @inlinable
    public func starts(with text: StaticString) -> Bool {
        let other = ByteView(text)
        return count >= other.count && self[0..<other.count].equals(other)
    }

    @inlinable
    public func starts(with other: ByteView) -> Bool {
        count >= other.count && self[0..<other.count].equals(other)
    }

    @inlinable
    public func startsIgnoringCase(_ text: StaticString) -> Bool { startsIgnoringCase(ByteView(text)) }

    @inlinable
    func startsIgnoringCase(_ other: ByteView) -> Bool {
        guard count >= other.count else { return false }
        for index in 0..<other.count where self[index].lowercasedASCII != other[index] { return false }
        return true
    }

    /// Without spaces and tabs at both ends.
    @inlinable
    public var trimmed: ByteView {
        var start = 0
        var end = count
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return self[start..<end]
    }

    /// The bytes as text, for logs and messages; broken UTF-8 is repaired.
    public var text: String { String(decoding: raw, as: UTF8.self) }
}

extension UInt8 {
    /// Space or tab.
    @inlinable public var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// The small letter for a capital one.
    @inlinable public var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
