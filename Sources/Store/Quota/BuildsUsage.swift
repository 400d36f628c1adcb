import Environments
import Synchronization

/// What builds take on the disk together, a file that several share counted once. They never change, so what was
/// counted stays true. Blocks; call it off the concurrency pool.
final class BuildsUsage: Sendable {
    private let layout: StoreLayout
    private let known = Mutex<[Set<BuildID>: Int]>([:])

    /// How many counts are kept; a site has about as many as environments.
    private static let most = 4096

    init(layout: StoreLayout) { self.layout = layout }

    func bytes(of builds: [BuildID]) throws(StoreError) -> Int {
        let builds = Set(builds)
        if let bytes = known.withLock({ $0[builds] }) { return bytes }
        do {
            let bytes = try DiskUsage(of: builds.map(layout.environment)).bytes
            known.withLock {
                if $0.count >= Self.most { $0 = [:] }
                $0[builds] = bytes
            }
            return bytes
        } catch {
            throw .from(error, doing: "count what environments take", layout: layout)
        }
    }
}
