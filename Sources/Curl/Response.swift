/// Status and header fields of an answer.
public struct ResponseHead: Sendable {
    public let status: Int
    /// In the order they came.
    public let headers: [(name: String, value: String)]

    /// The first field of this name, in any case.
    public subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// An answer, whole.
public struct Response: Sendable {
    public let head: ResponseHead
    public let body: [UInt8]

    public var status: Int { head.status }
}

/// An answer whose body comes in pieces. Let go of it and the transfer ends.
public struct StreamedResponse: Sendable {
    public let head: ResponseHead
    public let body: Body

    /// The body as it comes. No more than a few hundred kilobytes are read ahead of the
    /// reader; after that the other end has to wait. One reader only.
    public struct Body: AsyncSequence, Sendable {
        public typealias Element = [UInt8]
        public typealias Failure = TransferError
        let lease: TransferLease

        public func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

        public struct Iterator: AsyncIteratorProtocol {
            let lease: TransferLease

            public mutating func next() async throws(TransferError) -> [UInt8]? {
                try await lease.transfer.nextChunk()
            }

            public mutating func next(isolation actor: isolated (any Actor)?) async throws(TransferError) -> [UInt8]? {
                try await lease.transfer.nextChunk()
            }
        }
    }
}
