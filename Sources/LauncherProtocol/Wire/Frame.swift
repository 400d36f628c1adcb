import Foundation
import Secrets
import UnixSockets

/// One message on the launcher's socket.
///
/// On the wire: three lengths (little-endian, 32 bits each: head, body, secrets), then
/// the head and the body as JSON, then each secret behind its own length. Secrets stay
/// out of the JSON so that they are read straight into memory that is wiped.
struct Frame: Sendable {
    /// Who is talking about what.
    struct Head: Codable, Sendable, Equatable {
        /// Chosen by the caller; every frame about the same call carries it.
        var call: UInt64
        var kind: Kind
        /// The call's name, in ``Kind/call`` alone.
        var name: String?
    }

    /// What a frame is for.
    enum Kind: String, Codable, Sendable {
        /// Caller to launcher: do this.
        case call
        /// Caller to launcher: never mind.
        case cancel
        /// Launcher to caller.
        case progress, outcome, failure
    }

    var head: Head
    var body = Data()
    var secrets: [Secret] = []

    /// Bounds, so that a peer can't make the other half allocate what it likes.
    enum Limit {
        static let head = 4 << 10
        static let body = 8 << 20
        static let secrets = 64 << 10
    }
}

/// Why a connection was given up.
enum FrameError: Error {
    /// The peer hung up between two frames.
    case ended
    /// The peer hung up in the middle of one, or sent what is no frame.
    case malformed(String)
    case failed(SystemCallError)
}

extension Frame {
    /// Reads the next frame from a blocking stream socket.
    static func read(from descriptor: CInt) throws(FrameError) -> Frame {
        var lengths = [UInt32](repeating: 0, count: 3)
        try withBytes(of: &lengths) { buffer throws(FrameError) in
            try readAll(descriptor, into: buffer, atStart: true)
        }
        let (head, body, secrets) = (Int(lengths[0]), Int(lengths[1]), Int(lengths[2]))
        guard head <= Limit.head, body <= Limit.body, secrets <= Limit.secrets else {
            throw .malformed("a frame of \(head) + \(body) + \(secrets) bytes")
        }
        let headBytes = try readData(descriptor, count: head)
        let bodyBytes = try readData(descriptor, count: body)
        let parts = try readSecrets(descriptor, length: secrets)
        guard let decoded = try? JSONDecoder().decode(Head.self, from: headBytes) else {
            throw .malformed("a head that is not JSON of the expected shape")
        }
        return Frame(head: decoded, body: bodyBytes, secrets: parts)
    }

    /// Writes the frame to a blocking stream socket.
    func write(to descriptor: CInt) throws(FrameError) {
        guard let headBytes = try? JSONEncoder().encode(head) else { throw .malformed("head") }
        let secretLength = secrets.reduce(0) { $0 + 4 + $1.count }
        guard body.count <= Limit.body, secretLength <= Limit.secrets else {
            throw .malformed("a body of \(body.count) bytes")
        }
        var message = Data()
        for length in [headBytes.count, body.count, secretLength] {
            withUnsafeBytes(of: UInt32(length).littleEndian) { message.append(contentsOf: $0) }
        }
        message.append(headBytes)
        message.append(body)
        try Frame.write(message, to: descriptor)
        for secret in secrets {
            try Frame.write(withUnsafeBytes(of: UInt32(secret.count).littleEndian) { Data($0) }, to: descriptor)
            try secret.withBytes { bytes throws(FrameError) in try Frame.writeAll(bytes, to: descriptor) }
        }
    }

    private static func readData(_ descriptor: CInt, count: Int) throws(FrameError) -> Data {
        var bytes = [UInt8](repeating: 0, count: count)
        try withBytes(of: &bytes) { buffer throws(FrameError) in try readAll(descriptor, into: buffer) }
        return Data(bytes)
    }

    private static func readSecrets(_ descriptor: CInt, length: Int) throws(FrameError) -> [Secret] {
        var secrets: [Secret] = []
        var rest = length
        while rest > 0 {
            var size = [UInt32](repeating: 0, count: 1)
            try withBytes(of: &size) { buffer throws(FrameError) in try readAll(descriptor, into: buffer) }
            let count = Int(UInt32(littleEndian: size[0]))
            guard count <= rest - 4 else { throw .malformed("a secret longer than its frame") }
            secrets.append(
                try Secret(count: count) { buffer throws(FrameError) in try readAll(descriptor, into: buffer) })
            rest -= 4 + count
        }
        return secrets
    }

    private static func withBytes<Element>(
        of array: inout [Element], _ body: (UnsafeMutableRawBufferPointer) throws(FrameError) -> Void
    ) throws(FrameError) {
        let result: Result<Void, FrameError> = array.withUnsafeMutableBytes { buffer in
            do throws(FrameError) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private static func readAll(
        _ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer, atStart: Bool = false
    ) throws(FrameError) {
        var done = 0
        while done < buffer.count {
            let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            if count > 0 {
                done += count
            } else if count == 0 {
                throw atStart && done == 0 ? .ended : .malformed("the peer hung up inside a frame")
            } else if errno != EINTR {
                throw .failed(SystemCallError("read"))
            }
        }
    }

    private static func write(_ data: Data, to descriptor: CInt) throws(FrameError) {
        let result: Result<Void, FrameError> = data.withUnsafeBytes { bytes in
            do throws(FrameError) { return .success(try writeAll(bytes, to: descriptor)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) throws(FrameError) {
        var done = 0
        while done < bytes.count {
            let count = send(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, CInt(MSG_NOSIGNAL))
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw .failed(SystemCallError("send"))
            }
        }
    }
}
