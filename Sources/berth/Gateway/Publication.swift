import Accounts
import LauncherProtocol
import Proxy
import Synchronization

/// Gathers what accounts and servers know into the proxy's snapshot.
final class Publication: Sendable {
    private let proxy: Proxy
    private let published = Mutex(Published())

    init(_ proxy: Proxy) { self.proxy = proxy }

    /// The live sessions and tokens.
    func take(_ snapshot: AccountsSnapshot) {
        publish { published in
            published.sessions = [:]
            for session in snapshot.sessions {
                published.sessions[session.digest] = SessionGrant(account: session.account, session: session.id)
            }
            published.tokens = [:]
            for token in snapshot.tokens {
                published.tokens[token.digest] = TokenGrant(
                    account: token.account, servers: token.opensServers ? .own : .none, token: token.id)
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
