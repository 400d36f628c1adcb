import Glibc
import Reactor
import UnixSockets

/// A listening socket and what is said about connections that come in there.
struct Door: Sendable {
    enum Kind: Sendable, Equatable { case https, http, redirect, unix, api }

    let kind: Kind
    let descriptor: CInt
    /// `ADDRESS:PORT` or a path.
    let name: String

    /// Listens everywhere, or nowhere.
    static func open(_ listeners: [ProxyConfiguration.Listener]) throws(ProxyError) -> [Door] {
        var doors: [Door] = []
        for listener in listeners {
            do throws(ProxyError) {
                doors.append(try open(listener))
            } catch {
                for door in doors { close(door.descriptor) }
                throw error
            }
        }
        return doors
    }

    private static func open(_ listener: ProxyConfiguration.Listener) throws(ProxyError) -> Door {
        switch listener {
        case .https(let address, let port): return try listen(.https, address, port)
        case .redirect(let address, let port): return try listen(.redirect, address, port)
        case .http(let address, let port): return try listen(.http, address, port)
        // Who connects is checked by UID, whatever the rights of the path.
        case .unix(let path): return try listen(.unix, path)
        case .api(let path): return try listen(.api, path)
        }
    }

    private static func listen(_ kind: Kind, _ path: String) throws(ProxyError) -> Door {
        do throws(SystemCallError) {
            return Door(kind: kind, descriptor: try listenOnUnixSocket(at: path, mode: 0o666, nonBlocking: true), name: path)
        } catch {
            throw .listening("\(error)")
        }
    }

    private static func listen(_ kind: Kind, _ host: String, _ port: UInt16) throws(ProxyError) -> Door {
        guard let address = SocketAddress(host: host, port: port) else { throw .address(host) }
        guard kind != .http || address.isLoopback else { throw .plainBeyondLoopback(address.description) }
        do throws(ReactorError) {
            let descriptor = try listenOnTCP(address)
            return Door(
                kind: kind, descriptor: descriptor, name: (boundAddress(of: descriptor) ?? address).description)
        } catch {
            throw .listening("\(error)")
        }
    }
}
