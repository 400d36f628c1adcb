import Environments
import Foundation
import Glibc
import LauncherProtocol

/// How long layers live.
extension Store {
    /// The layers over builds that are in no history any more, also of what was removed and can be brought back, and
    /// in which nothing was changed for as long as versions keep their builds. What a history has can come back, also
    /// where its build is gone, and the layer with it.
    func unusedLayers(sparing spared: Set<BuildID>) -> [LayerLocation] {
        layerLocations().filter { !spared.contains($0.build) && !isInHistory($0) && isOld($0) }
    }

    /// One that can't be read has whatever is asked for.
    func isInHistory(_ location: LayerLocation) -> Bool {
        do throws(StoreError) {
            if try repositories.names(for: location.owner).contains(location.environment),
                try index.entry(location.environment, of: location.owner).builds.contains(location.build)
            {
                return true
            }
            for removed in repositories.removed(for: location.owner) where removed.name == location.environment && isKept(removed) {
                if try repositories.builds(of: removed, for: location.owner).contains(location.build) { return true }
            }
            return false
        } catch {
            return true
        }
    }

    /// One that can't be read is as new as can be; of an empty one nobody misses anything.
    private func isOld(_ location: LayerLocation) -> Bool {
        guard let changed = try? LayerReader.lastChange(in: layout.upper(location)) else { return false }
        return changed + settings.keepAge < Date().timeIntervalSince1970
    }

    /// Lets everybody's layers follow an environment that has another name now. What cannot stays, and is told in the log.
    ///
    /// - Parameter name: What it was called.
    func moveLayers(over name: EnvironmentName, of owner: UInt32, to newName: EnvironmentName) throws(StoreError) {
        var moving = Set(try index.entry(newName, of: owner).builds)
        // What another environment of the old name has too is that one's.
        if try repositories.names(for: owner).contains(name) { moving.subtract(try index.entry(name, of: owner).builds) }
        for location in layerLocations() where location.owner == owner && location.environment == name && moving.contains(location.build) {
            let next = LayerLocation(uid: location.uid, owner: owner, environment: newName, build: location.build)
            do {
                try makeDirectory("\(layout.layers)/\(next.uid)/\(next.folder)", mode: 0o700)
                guard rename(layout.layer(location), layout.layer(next)) == 0 else { throw FileError("move", layout.layer(location)) }
            } catch { logger.error("A personal layer could not follow its environment", metadata: ["reason": "\(error)"]) }
        }
    }

    private func layerLocations() -> [LayerLocation] {
        names(in: layout.layers).compactMap { UInt32($0) }.flatMap(layerLocations)
    }

    /// Those of one account.
    func layerLocations(of uid: UInt32) -> [LayerLocation] {
        names(in: "\(layout.layers)/\(uid)").flatMap { folder -> [LayerLocation] in
            let parts = folder.split(separator: "~", maxSplits: 1)
            guard let name = EnvironmentName(String(parts.last ?? "")),
                let owner = parts.count == 2 ? UInt32(parts[0]) : uid
            else { return [] }
            return names(in: "\(layout.layers)/\(uid)/\(folder)").compactMap { BuildID($0) }.map {
                LayerLocation(uid: uid, owner: owner, environment: name, build: $0)
            }
        }
    }

    private func names(in path: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}
