import Foundation
import Secrets

/// One frame between launcher and keeper: a byte for its kind, four for its length, the payload.
///
/// Every frame is put together and taken apart in memory that is wiped afterwards;
/// answers travel as bytes, never as JSON or a `String`.
enum KeeperFrame: Sendable {
    case note(KeeperNote)
    case answers([Secret])

    /// Kind and length.
    static let headLength = 5
    /// Far more than PAM's 32 messages need.
    static let longestPayload = 1 << 20

    /// The frame's bytes.
    var encoded: Secret {
        switch self {
        case .note(let note):
            let payload = (try? JSONEncoder().encode(note)) ?? Data()
            return Secret(count: Self.headLength + payload.count) { bytes in
                Self.writeHead(kind: 0, length: payload.count, to: bytes)
                UnsafeMutableRawBufferPointer(rebasing: bytes[Self.headLength...]).copyBytes(from: payload)
            }
        case .answers(let answers):
            let length = answers.reduce(0) { $0 + 4 + $1.count }
            return Secret(count: Self.headLength + length) { bytes in
                Self.writeHead(kind: 1, length: length, to: bytes)
                var offset = Self.headLength
                for answer in answers {
                    bytes.storeBytes(of: UInt32(answer.count), toByteOffset: offset, as: UInt32.self)
                    let place = UnsafeMutableRawBufferPointer(rebasing: bytes[(offset + 4)...])
                    answer.withBytes { place.copyBytes(from: $0) }
                    offset += 4 + answer.count
                }
            }
        }
    }

    /// Kind and payload length of the frame that begins with `head`, or nil for nonsense.
    static func readHead(_ head: UnsafeRawBufferPointer) -> (kind: UInt8, length: Int)? {
        guard head.count == headLength else { return nil }
        let length = Int(head.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
        return length <= longestPayload ? (head[0], length) : nil
    }

    /// Nil for a payload that is not what its kind promises.
    init?(kind: UInt8, payload: Secret) {
        switch kind {
        case 0:
            let data = payload.withBytes { Data($0) }
            guard let note = try? JSONDecoder().decode(KeeperNote.self, from: data) else { return nil }
            self = .note(note)
        case 1:
            guard let answers = payload.withBytes(Self.readAnswers) else { return nil }
            self = .answers(answers)
        default:
            return nil
        }
    }

    private static func writeHead(kind: UInt8, length: Int, to bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] = kind
        bytes.storeBytes(of: UInt32(length), toByteOffset: 1, as: UInt32.self)
    }

    private static func readAnswers(_ bytes: UnsafeRawBufferPointer) -> [Secret]? {
        var answers: [Secret] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { return nil }
            let length = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            guard length <= bytes.count - offset - 4 else { return nil }
            answers.append(Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[(offset + 4)..<(offset + 4 + length)])))
            offset += 4 + length
        }
        return answers
    }
}
