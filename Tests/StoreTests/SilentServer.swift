import Foundation
import Glibc

/// Takes connections on this host and never answers.
final class SilentServer: Sendable {
    private let listener: CInt
    let port: Int

    var url: String { "http://127.0.0.1:\(port)" }

    init() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(listener, $0, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(listener) }

    /// Waits until somebody has come.
    func visited() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [listener] in
                _ = accept(listener, nil, nil)
                continuation.resume()
            }
        }
    }
}
