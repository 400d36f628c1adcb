import Foundation
import UnixSockets

/// The open file and its chain; used by one thread at a time.
// @unchecked: after `init` only the log's serial queue touches it.
final class AuditFile: @unchecked Sendable {
    private let path: String
    private let descriptor: CInt
    private var length: off_t
    private var chain: AuditChain
    /// Bytes of an unfinished line that were removed when the file was opened.
    let cutOff: Int

    private enum Bound {
        /// More than the longest line.
        static let tail = 1 << 16
    }

    init(path: String) throws(AuditError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw AuditError(SystemCallError("open"), path) }
        do throws(AuditError) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw AuditError(path, "another gateway writes it. Two gateways can't share one “state” directory.")
            }
            (length, chain, cutOff) = try Self.recover(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Where the next line begins, and the chain up to there.
    private static func recover(_ descriptor: CInt, _ path: String) throws(AuditError) -> (off_t, AuditChain, Int) {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw AuditError(SystemCallError("lseek"), path) }
        var tail = [UInt8](repeating: 0, count: min(Bound.tail, Int(end)))
        guard pread(descriptor, &tail, tail.count, end - off_t(tail.count)) == tail.count else {
            throw AuditError(SystemCallError("pread"), path)
        }
        let lineEnd = tail.lastIndex(of: UInt8(ascii: "\n"))
        guard lineEnd != nil || tail.count == Int(end) else {
            throw AuditError(
                path, "its last line is longer than any that Berth writes. Move the file away and keep it for whoever looks into it.")
        }
        let whole = lineEnd.map { tail[..<$0] } ?? []
        let torn = tail.count - (lineEnd.map { $0 + 1 } ?? 0)
        let length = end - off_t(torn)
        if torn > 0, ftruncate(descriptor, length) != 0 { throw AuditError(SystemCallError("ftruncate"), path) }
        guard length > 0 else { return (0, AuditChain(), torn) }
        let lastLine = whole.lastIndex(of: UInt8(ascii: "\n")).map { whole[($0 + 1)...] } ?? whole
        return (length, AuditChain(after: lastLine), torn)
    }

    /// Writes and syncs all of `events`, or none of them.
    func append(_ events: [AuditEvent]) throws(AuditError) {
        var next = chain
        var bytes: [UInt8] = []
        for event in events {
            do { bytes += try next.append(event) } catch { throw AuditError(path, "an event could not be encoded (\(error)).") }
            bytes.append(UInt8(ascii: "\n"))
        }
        do throws(SystemCallError) {
            try writeAll(bytes)
            guard fdatasync(descriptor) == 0 else { throw SystemCallError("fdatasync") }
        } catch {
            // Half a line must not stay in front of the next.
            ftruncate(descriptor, length)
            throw AuditError(error, path)
        }
        length += off_t(bytes.count)
        chain = next
    }

    private func writeAll(_ bytes: [UInt8]) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemCallError("write") }
            done += count
        }
    }
}
