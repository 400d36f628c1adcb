import Configuration
import Foundation
import Hub
import Proxy

extension ProxyConfiguration {
    /// What `berth.yaml` says, in the proxy's terms.
    init(_ configuration: BerthConfiguration) throws {
        let gateway = configuration.gateway
        self.init(
            listeners: gateway.listen.map { listener in
                switch listener {
                case .https(let address, let port): .https(address: address, port: port)
                case .http(let address, let port): .http(address: address, port: port)
                case .redirect(let address, let port): .redirect(address: address, port: port)
                case .unix(let path): .unix(path: path)
                }
            },
            publicOrigin: gateway.origin, hubSocket: configuration.hubSocket)
        if gateway.listen.contains(where: { if case .https = $0 { true } else { false } }) {
            tls = TLS(certificate: gateway.tls.certificate, key: gateway.tls.key)
        }
        if configuration.hasHubClients { listeners.append(.api(path: configuration.apiSocket)) }
        frontEnds = Set(gateway.frontEnds.compactMap { getpwnam($0)?.pointee.pw_uid })
        hsts = gateway.tls.hsts
        loops = gateway.loops
        drain = gateway.drain
        tokenInURL =
            switch configuration.hub.tokenInURL {
            case .never: .never
            case .websockets: .upgrades
            case .always: .always
            }
        services = configuration.services.compactMap { service in
            switch service.url {
            case nil: nil
            case .loopback(let port): Service(name: service.name, address: .loopback(port: port))
            case .unix(let path): Service(name: service.name, address: .unix(path: path))
            }
        }
        sessionCookie = Hub.sessionCookie(for: gateway)
    }
}
