import Glibc

/// Calls `body` with the `sockaddr` of a Unix socket at `path`.
///
/// A path has room for 107 bytes and a closing zero (unix(7), `sun_path`).
func withUnixAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemCallError) -> Result
) throws(SystemCallError) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
        throw SystemCallError("bind", on: path, code: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let outcome: Swift.Result<Result, SystemCallError> = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            do throws(SystemCallError) {
                return .success(try body(generic, socklen_t(MemoryLayout<sockaddr_un>.size)))
            } catch {
                return .failure(error)
            }
        }
    }
    return try outcome.get()
}
