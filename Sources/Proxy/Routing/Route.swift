import Reactor

/// Where a request's path leads, by its text alone.
enum Route: Equatable {
    /// `/`
    case root
    /// The hub, which also answers for what nobody knows.
    case hub
    /// `/user/NAME` and everything below.
    case user(UserPath)
    /// `/services/NAME` and everything below: the name, and whether a slash follows it.
    case service(Slice, lacksSlash: Bool)

    /// `target` is path and query as the client wrote them. Nothing is decoded or
    /// normalised: what is not spelled `/user/` does not lead to a server.
    init(target: ByteView) {
        let end = target.firstIndex(of: 0x3F) ?? target.count
        let path = target[0..<end]
        if path.equals("/") {
            self = .root
            return
        }
        if path.starts(with: "/services/"), path.count > 10 {
            let end = path.firstIndex(of: 0x2F, from: 10) ?? path.count
            self = .service(Slice(10..<end), lacksSlash: end == path.count)
            return
        }
        guard path.starts(with: "/user/"), path.count > 6, path[6] != 0x2F else {
            self = .hub
            return
        }
        let ownerEnd = path.firstIndex(of: 0x2F, from: 6) ?? path.count
        let segmentEnd =
            ownerEnd < path.count ? path.firstIndex(of: 0x2F, from: ownerEnd + 1) ?? path.count : path.count
        self = .user(
            UserPath(
                owner: Slice(6..<ownerEnd), segment: Slice(min(ownerEnd + 1, path.count)..<segmentEnd),
                path: Slice(0..<path.count)))
    }
}

/// The parts of `/user/OWNER/SEGMENT/…` as places in a target.
struct UserPath: Equatable {
    /// The owner's name, still percent-encoded.
    var owner: Slice
    /// What follows the owner up to the next slash: a server's name or part of the default server's path.
    var segment: Slice
    /// Everything before the query.
    var path: Slice

    /// `/user/NAME` without a slash: Jupyter's own base URL ends in one.
    var lacksSlash: Bool { owner.end == path.end }

    /// What the server sees below its base URL: below the owner, or below the server's name.
    func rest(isNamed: Bool) -> Slice {
        let start = isNamed ? min(segment.end + 1, path.end) : min(owner.end + 1, path.end)
        return Slice(Int(start)..<Int(path.end))
    }
}

extension ByteView {
    /// Whether this path below a server's base URL is its API's.
    var isAPIPath: Bool { starts(with: "api/") || equals("api") }
}
