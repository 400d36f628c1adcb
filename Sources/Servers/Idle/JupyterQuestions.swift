import CLinux
import Foundation
import LauncherProtocol
import UnixSockets

/// Asks a server how it is used. What answers is hostile: it gets little time and little room.
struct JupyterQuestions {
    let record: ServerRecord

    private enum Bound {
        /// Bytes of one answer.
        static let answer = 1 << 20
        /// Seconds for one answer; Jupyter answers nothing while its loop is kept busy.
        static let patience: Double = 10
    }

    /// Nil where it does not answer, or not as Jupyter does. **Blocks.**
    func report() -> JupyterReport? {
        // Without the parameter every question would count as use.
        guard let status = ask("api/status?no_track_activity=1"), let kernels = ask("api/kernels?no_track_activity=1") else { return nil }
        return JupyterReport(status: status, kernels: kernels, terminals: ask("api/terminals?no_track_activity=1"))
    }

    /// The same, on a thread of its own.
    func reportInBackground() async -> JupyterReport? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(returning: report()) }
        }
    }

    private func ask(_ path: String) -> Data? {
        guard let socket = try? connectToHostileSocket(named: record.socketName, in: record.socketDirectory, owner: record.uid) else {
            return nil
        }
        defer { close(socket) }
        // Answers to HTTP/1.0 are not chunked, and end with the connection.
        let request = ServerRequest.bytes(for: record, path: path, version: "1.0")
        guard request.withUnsafeBytes({ send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }) == request.count else { return nil }
        return readAll(socket).flatMap(Self.body)
    }

    private func readAll(_ socket: CInt) -> Data? {
        let end = ContinuousClock.now + .seconds(Bound.patience)
        var answer = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while answer.count <= Bound.answer {
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&wait, 1, CInt(left.rounded(.up))) > 0 else { return nil }
            let count = read(socket, &chunk, chunk.count)
            if count == 0 { return answer }
            if count < 0, errno != EAGAIN, errno != EINTR { return nil }
            if count > 0 { answer.append(contentsOf: chunk[..<count]) }
        }
        return nil
    }

    /// What follows the head of a good answer.
    static func body(_ answer: Data) -> Data? {
        guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let words = answer[..<end.lowerBound].split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count >= 2, words[0].starts(with: Array("HTTP/1.".utf8)), words[1].elementsEqual("200".utf8) else { return nil }
        return Data(answer[end.upperBound...])
    }
}
