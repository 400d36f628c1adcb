import Synchronization

/// One transfer, seen from both sides: the loop's thread puts in, one reader takes out.
final class Transfer: Sendable {
    /// Bytes held for a slow reader before the other end has to wait.
    private static let window = 256 << 10

    let request: Request
    private let loop: MultiLoop
    private let state = Mutex(State())

    private struct State {
        var parser = HeadParser()
        var head: ResponseHead?
        var chunks: [[UInt8]] = []
        var held = 0
        var isPaused = false
        var end: Result<Void, TransferError>?
        var reader: CheckedContinuation<Void, Never>?
    }

    init(_ request: Request, on loop: MultiLoop) {
        self.request = request
        self.loop = loop
    }

    // The loop's side.

    /// A header line.
    func take(headerLine: String) {
        wake { $0.head = $0.parser.take(headerLine) ?? $0.head }
    }

    /// A piece of the body; false to have it again later, when the reader has caught up.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        wake { state in
            // A body without a head (HTTP/0.9) is refused by libcurl itself.
            guard state.held < Self.window else {
                state.isPaused = true
                return false
            }
            state.chunks.append(Array(bytes))
            state.held += bytes.count
            return true
        }
    }

    /// The end; only the first one counts.
    func finish(_ end: Result<Void, TransferError>) {
        wake { $0.end = $0.end ?? end }
    }

    private func wake<Value>(_ change: (inout State) -> Value) -> Value {
        let (value, reader) = state.withLock { state in
            let value = change(&state)
            let isNews = state.head != nil || state.end != nil
            defer { if isNews { state.reader = nil } }
            return (value, isNews ? state.reader : nil)
        }
        reader?.resume()
        return value
    }

    // The reader's side.

    func cancel() { loop.post(.cancel(self)) }

    /// The head, as soon as it is complete.
    func responseHead() async throws(TransferError) -> ResponseHead {
        while true {
            let (head, end) = state.withLock { ($0.head, $0.end) }
            if let head { return head }
            if let end {
                try end.get()
                throw TransferError(url: request.url, kind: .other(0), reason: "the answer has no head")
            }
            await wait { $0.head != nil || $0.end != nil }
        }
    }

    /// The next piece of the body, nil at its end.
    func nextChunk() async throws(TransferError) -> [UInt8]? {
        while true {
            let (chunk, end, resumes) = state.withLock { state -> ([UInt8]?, Result<Void, TransferError>?, Bool) in
                guard !state.chunks.isEmpty else { return (nil, state.end, false) }
                let chunk = state.chunks.removeFirst()
                state.held -= chunk.count
                let resumes = state.isPaused && state.held < Self.window / 2
                if resumes { state.isPaused = false }
                return (chunk, nil, resumes)
            }
            if resumes { loop.post(.resume(self)) }
            if let chunk { return chunk }
            if let end {
                try end.get()
                return nil
            }
            await wait { !$0.chunks.isEmpty || $0.end != nil }
        }
    }

    private func wait(until isReady: @Sendable (State) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let ready = isReady(state)
                    if !ready { state.reader = continuation }
                    return ready
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}

/// Ends the transfer when nobody reads it any more.
final class TransferLease: Sendable {
    let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    deinit { transfer.cancel() }
}
