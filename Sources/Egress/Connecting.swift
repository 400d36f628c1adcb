import Glibc

/// Connections to where foreign code wants to go.
struct Connecting {
    /// Seconds for each address, and for the proxy's answer.
    static let patience = 15.0
    /// Addresses of one host that are tried.
    static let mostAddresses = 4

    let stop: Stop

    /// Connects to a host that is looked up this once: the addresses that were judged are those that are used, so
    /// nobody can answer differently the second time. The descriptor is the caller's, and does not block.
    func connect(to destination: Destination, publicOnly: Bool) throws(EgressRefusal) -> CInt {
        var code = ECONNREFUSED
        for address in try Self.addresses(of: destination, publicOnly: publicOnly).prefix(Self.mostAddresses) {
            switch connect(toAddress: address, port: destination.port) {
            case .success(let descriptor): return descriptor
            case .failure(let failure): code = failure.code
            }
        }
        throw .unreachable(destination, String(cString: strerror(code)))
    }

    /// All addresses of a host, in numbers; at least one.
    static func addresses(of destination: Destination, publicOnly: Bool) throws(EgressRefusal) -> [String] {
        let addresses = PublicAddress.look(up: destination.host)
        guard !addresses.isEmpty else { throw .unknown(destination) }
        guard !publicOnly || addresses.allSatisfy(\.isPublic) else { throw .notPublic(destination) }
        return addresses.map(\.text)
    }

    /// A tunnel to `destination` through the administrator's proxy, and what came through it already.
    func tunnel(to destination: Destination, through proxy: UpstreamProxy) throws(EgressRefusal) -> (descriptor: CInt, bytes: [UInt8]) {
        let descriptor = try connect(to: proxy.destination, publicOnly: false)
        guard send(proxy.opening(to: destination), to: descriptor, seconds: Self.patience, or: stop),
            let (length, bytes) = receive(from: descriptor, seconds: Self.patience, or: stop, until: Self.lengthOfHead), length > 0
        else {
            close(descriptor)
            throw .unreachable(destination, "the proxy of this host gives no answer")
        }
        let words = bytes.prefix { $0 != 13 }.split(separator: UInt8(ascii: " "))
        guard words.count > 1, words[1].count == 3, words[1].first == UInt8(ascii: "2") else {
            close(descriptor)
            throw .unreachable(destination, "the proxy of this host refuses it")
        }
        return (descriptor, Array(bytes[length...]))
    }

    /// Nil where more has to come; 0 where it is too long.
    private static func lengthOfHead(_ bytes: [UInt8]) -> Int? {
        if let range = bytes.firstRange(of: [13, 10, 13, 10]) { return range.upperBound }
        return bytes.count > ProxyRequest.longestHead ? 0 : nil
    }

    private struct Failure: Error { var code = errno }

    /// - Parameter address: in numbers.
    private func connect(toAddress address: String, port: UInt16) -> Result<CInt, Failure> {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, "\(port)", &hints, &list) == 0, let found = list else { return .failure(Failure(code: EADDRNOTAVAIL)) }
        defer { freeaddrinfo(found) }
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(found.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { return .failure(Failure()) }
        var code: CInt = 0
        if Glibc.connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) != 0 {
            code = errno
            if code == EINPROGRESS {
                code = ETIMEDOUT
                if wait(for: [(descriptor, POLLOUT)], seconds: Self.patience, or: stop) == .ready {
                    var length = socklen_t(MemoryLayout<CInt>.size)
                    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
                }
            }
        }
        guard code == 0 else {
            close(descriptor)
            return .failure(Failure(code: code))
        }
        return .success(descriptor)
    }
}
