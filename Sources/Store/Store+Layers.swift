import Environments
import Foundation
import Glibc
import LauncherProtocol
import UnixSockets
import UntrustedFiles

/// The personal layer: what a person installs in a running server goes there, and the build below stays
/// as it is for everybody.
extension Store {
    /// The directories of an overlay over a build (mount(8), “overlay”).
    public struct Layer: Sendable, Equatable {
        /// What is written goes here; it belongs to the person.
        public let upper: String
        /// overlayfs's own; on the same file system.
        public let work: String
    }

    /// Makes the layer's directories where they are missing.
    func prepareLayer(_ location: LayerLocation) throws(StoreError) -> Layer {
        do {
            for (path, owner) in [
                (layout.layers, 0), ("\(layout.layers)/\(location.uid)", 0),
                ("\(layout.layers)/\(location.uid)/\(location.folder)", 0), (layout.layer(location), 0),
                (layout.upper(location), location.uid), (layout.work(location), location.uid),
            ] {
                try makeDirectory(path, mode: owner == 0 ? 0o700 : 0o755, owner: owner)
            }
        } catch {
            throw StoreError.from(error, doing: "make the personal layer", layout: layout)
        }
        return Layer(upper: layout.upper(location), work: layout.work(location))
    }

    /// What the layer over the current version of an environment holds.
    /// - Parameters:
    ///   - owner: Whose environment it is; nil for the person's own.
    ///   - uid: Whose layer.
    public func inspectLayer(of name: String, owner: UInt32? = nil, for uid: UInt32) async throws(StoreError) -> LayerSummary {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            let (version, files, build) = try layerFiles(of: name, owner: owner ?? uid, for: uid)
            let drift = try drift(of: version, files)
            return LayerSummary(
                build: build.text, files: files.files, bytes: files.bytes, changes: drift.diff.changes.map(PackageChange.init),
                notices: drift.notices)
        }
    }

    /// Makes what the layer holds the next version.
    /// - Parameter uid: Whose layer; nil for the owner's.
    public func saveLayer(
        of name: String, for owner: Owner, layerOf uid: UInt32? = nil, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let name = try checked(name)
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading what was installed"))
            let (text, _) = try await recipeOfLayer(of: name, owner: owner.uid, for: uid ?? owner.uid)
            let (version, build) = try await make(try readToKeep(text), text, as: name, for: owner.uid, progress: progress)
            return try await keep(version, built: build, as: name, for: owner, message: "Save what was installed", progress: progress)
        }
    }

    /// Makes what somebody's layer over an environment holds a new environment of their own.
    ///
    /// - Parameters:
    ///   - source: The environment below, and the UID of its owner.
    ///   - reference: The same, as the person names it.
    public func saveLayer(
        of source: (name: String, owner: UInt32), reference: String, as newName: String, for owner: Owner,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let (below, name) = (try checked(source.name), try checked(newName))
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading what was installed"))
            guard try await offPool({ [self] () throws(StoreError) in try !repositories.names(for: owner.uid).contains(name) }) else {
                throw StoreError(.conflict, "You have an environment “\(name)” already. Choose another name.")
            }
            let (text, given) = try await recipeOfLayer(of: below, owner: source.owner, for: owner.uid)
            let (version, build) = try await make(
                try readToKeep(text), text, target: SolveTarget(given, asOf: nil), as: name, for: owner.uid, progress: progress)
            return try await keep(
                version, built: build, as: name, for: owner, message: "Save what was installed in \(reference)", progress: progress)
        }
    }

    /// The recipe that asks for what the layer holds too, and what was said of the host that the version below was solved for.
    private func recipeOfLayer(
        of name: EnvironmentName, owner: UInt32, for uid: UInt32
    ) async throws(StoreError) -> (recipe: String, given: VirtualPackages) {
        try await offPool { [self] () throws(StoreError) in
            let (version, files, _) = try layerFiles(of: name, owner: owner, for: uid)
            let drift = try drift(of: version, files)
            guard !drift.diff.isEmpty else {
                throw StoreError(.invalid, "Nothing has changed in “\(name)” since its current version, so there is nothing to save.")
            }
            do throws(RecipeEditError) {
                return (try drift.saved(in: version.recipe), version.given)
            } catch {
                throw StoreError(.invalid, error.phrase, log: drift.diff.changes.map(\.description))
            }
        }
    }

    /// Throws the layer over the current version away.
    ///
    /// - Parameter inUse: The identities of the builds that the person's servers have mounted.
    public func discardLayer(
        of name: String, owner: UInt32? = nil, for uid: UInt32, inUse: Set<String>
    ) async throws(StoreError) {
        let name = try checked(name)
        try await offPool { [self] () throws(StoreError) in
            let build = try repositories.current(name, for: owner ?? uid).0.build
            guard !inUse.contains(build.text) else {
                throw StoreError(.conflict, "A server runs with “\(name)”. Stop it first; then its changes can be thrown away.")
            }
            try remove(LayerLocation(uid: uid, owner: owner ?? uid, environment: name, build: build))
        }
    }

    /// The layers over builds that are in no history any more. What a history has can come back, also where its build
    /// is gone, and the layer with it.
    func unusedLayers(sparing spared: Set<BuildID>) -> [LayerLocation] {
        layerLocations().filter { !spared.contains($0.build) && !isInHistory($0) }
    }

    /// One that can't be read has whatever is asked for.
    private func isInHistory(_ location: LayerLocation) -> Bool {
        do throws(StoreError) {
            guard try repositories.names(for: location.owner).contains(location.environment) else { return false }
            return try index.entry(location.environment, of: location.owner).builds.contains(location.build)
        } catch {
            return true
        }
    }

    private func layerLocations() -> [LayerLocation] {
        func names(_ path: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
        return names(layout.layers).compactMap { UInt32($0) }.flatMap { uid in
            names("\(layout.layers)/\(uid)").flatMap { folder -> [LayerLocation] in
                let parts = folder.split(separator: "~", maxSplits: 1)
                guard let name = EnvironmentName(String(parts.last ?? "")),
                    let owner = parts.count == 2 ? UInt32(parts[0]) : uid
                else { return [] }
                return names("\(layout.layers)/\(uid)/\(folder)").compactMap { BuildID($0) }.map {
                    LayerLocation(uid: uid, owner: owner, environment: name, build: $0)
                }
            }
        }
    }

    func remove(_ location: LayerLocation) throws(StoreError) {
        let path = layout.layer(location)
        let grave = layout.staging + "/layer-" + UUID().uuidString.lowercased()
        guard rename(path, grave) == 0 else {
            if errno == ENOENT { return }
            throw StoreError.from(FileError("move", path), doing: "throw the layer away", layout: layout)
        }
        do throws(SystemCallError) { try UntrustedTree.remove(grave) } catch {
            throw StoreError.from(FileError("remove", grave, code: error.code), doing: "throw the layer away", layout: layout)
        }
    }

    private func layerFiles(
        of name: EnvironmentName, owner: UInt32, for uid: UInt32
    ) throws(StoreError) -> (EnvironmentVersion, LayerFiles, BuildID) {
        let (version, _) = try repositories.current(name, for: owner)
        let build = try version.build
        do throws(FileError) {
            let upper = layout.upper(LayerLocation(uid: uid, owner: owner, environment: name, build: build))
            return (version, try LayerReader.read(upper), build)
        } catch {
            throw StoreError.from(error, doing: "read the personal layer of “\(name)”", layout: layout)
        }
    }

    private func drift(of version: EnvironmentVersion, _ files: LayerFiles) throws(StoreError) -> Drift {
        do throws(RecipeError) {
            let recipe = try Recipe(yaml: version.recipe)
            return Drift(of: version.lock, recipe: recipe, layer: files) { Channels.name(of: $0, missingIn: recipe, settings) }
        } catch {
            throw StoreError(.invalid, "The recipe of this version can't be read.", log: error.problems.map(\.description))
        }
    }
}

extension PackageChange {
    init(_ change: LockDiff.Change) {
        let direction: Direction =
            switch change.direction {
            case .added: .added
            case .removed: .removed
            case .up: .up
            case .down: .down
            case .rebuilt: .rebuilt
            }
        self.init(
            name: change.name, direction: direction, before: change.before?.version, after: change.after?.version,
            isAsked: change.reason == .asked)
    }
}
