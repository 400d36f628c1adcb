import Environments
import Foundation
import Glibc
import LauncherProtocol

/// What somebody has changed over the versions of an environment: a new version hides what lies over the one before, so
/// it is told until it is saved or thrown away.
extension Store {
    /// Which versions there is something over, as far as a glance at the directories says it. What can't be read is not told.
    ///
    /// - Parameters:
    ///   - owner: Whose environment it is.
    ///   - uid: Whose layers.
    ///   - version: What the person's servers start with; nil for the current version.
    public func ownLayers(
        over name: String, of owner: UInt32, for uid: UInt32, startingWith version: String? = nil
    ) async -> OwnLayers {
        guard let name = EnvironmentName(name) else { return .none }
        let found = try? await offPool { [self] () throws(StoreError) in
            let layers = filledLayers(over: name, of: owner, for: uid)
            guard !layers.isEmpty else { return OwnLayers.none }
            let history = try index.entry(name, of: owner).history, present = Self.present(in: history, version)
            let builds = Set(history.compactMap(\.build))
            return OwnLayers(
                hasCurrent: layers.contains { $0.build == present },
                earlier: layers.count { $0.build != present && builds.contains($0.build) && !isSaved($0) })
        }
        return found ?? .none
    }

    /// All of them with what is in them, by their versions, the newest first.
    public func layers(
        over name: String, of owner: UInt32, for uid: UInt32, startingWith version: String? = nil
    ) async throws(StoreError) -> [PersonalLayer] {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            let history = try index.entry(name, of: owner).history, present = Self.present(in: history, version)
            let filled = filledLayers(over: name, of: owner, for: uid)
            guard !filled.isEmpty else { return [] }
            let tags = try repositories.tags(of: name, for: owner)
            var layers: [PersonalLayer] = []
            for commit in history {
                guard let layer = filled.first(where: { $0.build == commit.build }),
                    !layers.contains(where: { $0.version.build == layer.build.text })
                else { continue }
                let (changed, summary) = told(of: name, owner: owner, for: uid, version: commit.id, layer)
                layers.append(
                    PersonalLayer(
                        version: self.summary(of: commit, tags: tags), isCurrent: layer.build == present, isSaved: isSaved(layer),
                        changed: changed, summary: summary))
            }
            return layers
        }
    }

    /// What is in a layer, and when it was changed last. One that can't be read is told of, so that it can be thrown away.
    private func told(
        of name: EnvironmentName, owner: UInt32, for uid: UInt32, version: String, _ location: LayerLocation
    ) -> (changed: Double, summary: LayerSummary) {
        do throws(StoreError) {
            let layer = try readLayer(of: name, owner: owner, for: uid, version: version)
            return (layer.files.changed, summary(of: layer))
        } catch {
            return (0, LayerSummary(build: location.build.text, files: 0, bytes: 0, changes: [], notices: [error.message]))
        }
    }

    private static func present(in history: [Commit], _ version: String?) -> BuildID? {
        history.first { commit in version.map { commit.id.hasPrefix($0) } ?? true }?.build
    }

    /// Those with anything in them.
    private func filledLayers(over name: EnvironmentName, of owner: UInt32, for uid: UInt32) -> [LayerLocation] {
        let folder = "\(layout.layers)/\(uid)/\(LayerLocation.folder(of: name, owner: owner, for: uid))"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { BuildID($0) }
            .map { LayerLocation(uid: uid, owner: owner, environment: name, build: $0) }.filter { holdsAnything(layout.upper($0)) }
    }

    /// Notes that a version was made of all that was in a layer at `time`, in seconds since 1970. Where that fails, the
    /// layer is told of once more than it need be.
    func noteSaved(_ location: LayerLocation, at time: Double) { layout.touch(layout.saved(location), at: time) }

    /// Whether nothing was changed since it was saved.
    private func isSaved(_ location: LayerLocation) -> Bool {
        guard let mark = try? status(of: layout.saved(location)), let changed = try? LayerReader.lastChange(in: layout.upper(location))
        else { return false }
        return changed <= mark.st_mtim.seconds
    }
}

extension StoreLayout {
    /// Its time says up to when a layer was saved; only root writes here.
    fileprivate func saved(_ location: LayerLocation) -> String { layer(location) + "/saved" }
}

/// Whether there is an entry in a directory.
func holdsAnything(_ path: String) -> Bool {
    guard let directory = opendir(path) else { return false }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
        if name != Array(".".utf8), name != Array("..".utf8) { return true }
    }
    return false
}
