import Reactor
import UnixSockets

/// One loop's view of an upstream: where it is, and the connections that wait for a request.
final class Target {
    enum Place {
        case hub(path: String)
        case service(ProxyConfiguration.Service)
        case server(ServerKey, ServerRoute)
    }

    let place: Place
    var idle: [Upstream] = []
    /// No longer published; what still uses it is closed.
    private(set) var isGone = false
    private var isNoted = false

    /// The whole `X-Berth-Secret` line.
    let secretLine: [UInt8]
    /// The path that its cookies are held to.
    let cookiePath: [UInt8]

    init(_ place: Place) {
        self.place = place
        switch place {
        case .hub:
            secretLine = []
            cookiePath = []
        case .service(let service):
            secretLine = []
            cookiePath = Array("/services/\(service.name)/".utf8)
        case .server(let key, let route):
            secretLine = Array("X-Berth-Secret: \(route.secret)\r\n".utf8)
            let owner = "/user/\(key.owner.percentEncodedSegment)/"
            cookiePath = Array((key.name.isEmpty ? owner : "\(owner)\(key.name.percentEncodedSegment)/").utf8)
        }
    }

    var isHub: Bool { if case .hub = place { true } else { false } }

    /// Closes what waits and takes nothing back.
    func discard() {
        isGone = true
        let waiting = idle
        idle.removeAll()
        for upstream in waiting { upstream.closeWire() }
    }

    /// There was traffic.
    func note(in worker: Worker) {
        guard !isNoted, case .server = place else { return }
        isNoted = true
        worker.activity.note(self)
    }

    /// The report with this target is on its way; the next traffic makes another.
    func forgetNote() { isNoted = false }

    /// A new connection, not blocking.
    func connect() throws(HostileSocketError) -> CInt {
        switch place {
        case .hub(let path): return try Self.trusted { () throws(SystemCallError) in try connectToUnixSocket(at: path, nonBlocking: true) }
        case .service(let service):
            return try Self.trusted { () throws(SystemCallError) in
                switch service.address {
                case .unix(let path): try connectToUnixSocket(at: path, nonBlocking: true)
                case .loopback(let port): try connectToLoopback(port: port)
                }
            }
        case .server(_, let route):
            return try connectToHostileSocket(
                named: route.socketName, in: route.socketDirectory, owner: route.uid)
        }
    }

    /// A connection to what is ours, or the administrator's: that it does not listen is all that can be wrong.
    private static func trusted(_ connect: () throws(SystemCallError) -> CInt) throws(HostileSocketError) -> CInt {
        do throws(SystemCallError) { return try connect() } catch { throw .notListening(error) }
    }
}

extension String {
    /// As one segment of a path (RFC 3986, 3.3: all but unreserved characters and `@` in `%XX`).
    var percentEncodedSegment: String {
        var encoded = ""
        for byte in utf8 {
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E, 0x40:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
