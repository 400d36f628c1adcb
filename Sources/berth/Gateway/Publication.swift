import Hub
import LauncherProtocol
import Proxy
import Synchronization

/// Gathers what accounts and servers know into the proxy's snapshot.
final class Publication: Sendable {
    private let proxy: Proxy
    private let published = Mutex(Published())

    init(_ proxy: Proxy) { self.proxy = proxy }

    /// What the live sessions and tokens open.
    func take(_ access: ServerAccess) {
        publish { published in
            published.sessions = access.sessions.mapValues { grant in
                SessionGrant(account: grant.account, servers: ServerReach(grant), session: grant.id)
            }
            published.tokens = access.tokens.mapValues { grant in
                TokenGrant(account: grant.account, servers: ServerReach(grant), token: grant.id)
            }
        }
    }

    /// The servers that answer.
    func take(_ ready: [ServerRecord]) {
        publish { published in
            published.servers = [:]
            for server in ready {
                published.servers[ServerKey(owner: server.id.owner, name: server.id.name)] = ServerRoute(
                    socketDirectory: server.socketDirectory, socketName: server.socketName, uid: server.uid,
                    secret: server.secret)
            }
        }
    }

    /// Under the lock, so that a newer snapshot never reaches the proxy before an older one.
    private func publish(_ change: (inout Published) -> Void) {
        published.withLock { published in
            change(&published)
            proxy.publish(published)
        }
    }
}

extension ServerReach {
    /// What the hub says, in the proxy's terms.
    init(_ grant: ServerAccess.Grant) {
        self.init()
        own = grant.reach.users.contains(grant.account)
        all = grant.reach.all
        users = grant.reach.users.subtracting([grant.account])
        servers = Set(grant.reach.servers.map { ServerKey(owner: $0.owner, name: $0.name) })
    }
}
