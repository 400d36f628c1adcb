import Reactor
import TLS

/// One loop's own index of what was published: found by bytes, without a lock, a shared
/// count or a `String`.
struct PublishedIndex {
    /// By the hash of owner and name.
    private var servers: [Int: [Target]] = [:]
    private var sessions: [Digest: Visitor] = [:]
    private var tokens: [Digest: Visitor] = [:]

    func session(_ digest: Digest) -> Visitor? { sessions[digest] }
    func token(_ digest: Digest) -> Visitor? { tokens[digest] }

    /// The server of `owner` with this `name`; both decoded.
    func server(owner: ByteView, name: ByteView) -> Target? {
        guard let bucket = servers[Self.hash(owner, name)] else { return nil }
        return bucket.first { target in
            guard case .server(let key, _) = target.place else { return false }
            return key.owner.utf8.elementsEqual(owner.raw) && key.name.utf8.elementsEqual(name.raw)
        }
    }

    /// Takes over a snapshot. What stayed the same keeps its connections; what is gone is
    /// marked and let go. Returns whether something is gone, or may open less.
    mutating func replace(with published: Published) -> Bool {
        let serversGone = replaceServers(published.servers)
        let sessionsGone = Self.replace(&sessions, with: published.sessions) { .session($0) }
        let tokensGone = Self.replace(&tokens, with: published.tokens) { .token($0) }
        return serversGone || sessionsGone || tokensGone
    }

    private mutating func replaceServers(_ published: [ServerKey: ServerRoute]) -> Bool {
        var old: [ServerKey: Target] = [:]
        for target in servers.values.joined() {
            if case .server(let key, _) = target.place { old[key] = target }
        }
        servers.removeAll(keepingCapacity: true)
        for (key, route) in published {
            var target = Target(.server(key, route))
            if let standing = old[key], case .server(_, let standingRoute) = standing.place, standingRoute == route {
                target = standing
                old[key] = nil
            }
            servers[Self.hash(key), default: []].append(target)
        }
        for target in old.values { target.discard() }
        return !old.isEmpty
    }

    private static func replace<Grant>(
        _ visitors: inout [Digest: Visitor], with grants: [Digest: Grant], kind: (Grant) -> Visitor.Kind
    ) -> Bool {
        var new: [Digest: Visitor] = [:]
        new.reserveCapacity(grants.count)
        var isLess = false
        for (digest, grant) in grants {
            let kind = kind(grant)
            if let standing = visitors[digest], standing.name == kind.accountName {
                if standing.kind != kind {
                    standing.become(kind)
                    isLess = true
                }
                new[digest] = standing
                visitors[digest] = nil
            } else {
                new[digest] = Visitor(kind)
            }
        }
        let gone = visitors.values
        for visitor in gone { visitor.isRevoked = true }
        defer { visitors = new }
        return isLess || !gone.isEmpty
    }

    private static func hash(_ owner: ByteView, _ name: ByteView) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: owner.raw)
        hasher.combine(UInt8(0x2F))
        hasher.combine(bytes: name.raw)
        return hasher.finalize()
    }

    private static func hash(_ key: ServerKey) -> Int {
        var owner = key.owner
        var name = key.name
        return owner.withUTF8 { owner in
            name.withUTF8 { name in hash(ByteView(UnsafeRawBufferPointer(owner)), ByteView(UnsafeRawBufferPointer(name))) }
        }
    }
}
