import Environments
import Foundation
import Glibc
import LauncherProtocol
import Phrases
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

    /// What the layer over a version of an environment holds.
    /// - Parameters:
    ///   - version: A version's identity or its beginning; nil for the current one.
    ///   - owner: Whose environment it is; nil for the person's own.
    ///   - uid: Whose layer.
    public func inspectLayer(
        of name: String, version: String? = nil, owner: UInt32? = nil, for uid: UInt32
    ) async throws(StoreError) -> LayerSummary {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            summary(of: try readLayer(of: name, owner: owner ?? uid, for: uid, version: version))
        }
    }

    /// Makes what a layer holds the next version: the current recipe asks for it too.
    /// - Parameters:
    ///   - text: The version that the layer lies over; nil for the current one.
    ///   - uid: Whose layer; nil for the owner's.
    public func saveLayer(
        of name: String, version text: String? = nil, for owner: Owner, layerOf uid: UInt32? = nil,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let name = try checked(name)
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading what was installed"))
            let time = Date().timeIntervalSince1970
            let (layer, recipe) = try await offPool { [self] () throws(StoreError) in
                let layer = try readLayer(of: name, owner: owner.uid, for: uid ?? owner.uid, version: text)
                let current = try repositories.current(name, for: owner.uid).0.recipe
                let next = try saved(layer, in: current)
                guard next != current else {
                    throw StoreError(
                        .invalid, "The current version of “\(name)” asks for all of that already, so there is nothing to save.")
                }
                return (layer, next)
            }
            let (version, build) = try await make(try readToKeep(recipe), recipe, as: name, for: owner.uid, progress: progress)
            let summary = try await keep(
                version, built: build, as: name, for: owner, message: "Save what was installed", progress: progress)
            noteSaved(layer.location, at: time)
            return summary.adding(unsaved(of: layer, in: version.lock))
        }
    }

    /// Makes what somebody's layer over an environment holds, with the version below, a new environment of their own.
    ///
    /// - Parameters:
    ///   - source: The environment below, the UID of its owner, and the version; nil for the current one.
    ///   - reference: The same, as the person names it.
    public func saveLayer(
        of source: (name: String, owner: UInt32, version: String?), reference: String, as newName: String, for owner: Owner,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let (below, name) = (try checked(source.name), try checked(newName))
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading what was installed"))
            guard try await offPool({ [self] () throws(StoreError) in try !repositories.names(for: owner.uid).contains(name) }) else {
                throw StoreError(.conflict, "You have an environment “\(name)” already. Choose another name.")
            }
            let time = Date().timeIntervalSince1970
            let (layer, recipe) = try await offPool { [self] () throws(StoreError) in
                let layer = try readLayer(of: below, owner: source.owner, for: owner.uid, version: source.version)
                return (layer, try saved(layer, in: layer.version.recipe))
            }
            let (version, build) = try await make(
                try readToKeep(recipe), recipe, target: SolveTarget(layer.version.given, asOf: nil), as: name, for: owner.uid,
                progress: progress)
            let summary = try await keep(
                version, built: build, as: name, for: owner, message: "Save what was installed in \(reference)", progress: progress)
            noteSaved(layer.location, at: time)
            return summary.adding(unsaved(of: layer, in: version.lock))
        }
    }

    /// What of a layer is not in the version that was made of it, in whole sentences.
    private func unsaved(of layer: ReadLayer, in lock: Lock) -> [Phrase] {
        guard let drift = try? drift(of: layer) else { return [] }
        return Unsaved(drift, layer.files, in: lock).notices
    }

    /// The recipe that asks for what a layer holds too.
    private func saved(_ layer: ReadLayer, in recipe: String) throws(StoreError) -> String {
        let drift = try drift(of: layer), name = layer.location.environment
        guard !drift.diff.isEmpty else {
            throw StoreError(
                .invalid,
                "No package of “\(name)” was installed or removed since its version \(layer.commit.id.prefix(12)), so there is nothing to save."
            )
        }
        do throws(RecipeEditError) { return try drift.saved(in: recipe) } catch {
            throw StoreError(.invalid, error.phrase, log: drift.diff.changes.map(\.description))
        }
    }

    /// Throws the layer over a version away.
    ///
    /// - Parameters:
    ///   - version: A version's identity or its beginning; nil for the current one.
    ///   - inUse: The identities of the builds that the person's servers have mounted.
    public func discardLayer(
        of name: String, version text: String? = nil, owner: UInt32? = nil, for uid: UInt32, inUse: Set<String>
    ) async throws(StoreError) {
        let name = try checked(name)
        try await offPool { [self] () throws(StoreError) in
            let build = try repositories.version(text, of: name, for: owner ?? uid).0.build
            guard !inUse.contains(build.text) else {
                throw StoreError(.conflict, "A server runs with “\(name)”. Stop it first; then its changes can be thrown away.")
            }
            try remove(LayerLocation(uid: uid, owner: owner ?? uid, environment: name, build: build))
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

    /// A layer, and what it lies over.
    struct ReadLayer {
        let location: LayerLocation
        let version: EnvironmentVersion
        let commit: Commit
        let files: LayerFiles
    }

    /// Reads the layer over a version; nil for the current one.
    func readLayer(
        of name: EnvironmentName, owner: UInt32, for uid: UInt32, version text: String?
    ) throws(StoreError) -> ReadLayer {
        let (version, commit) = try repositories.version(text, of: name, for: owner)
        let location = LayerLocation(uid: uid, owner: owner, environment: name, build: try version.build)
        do throws(FileError) {
            return ReadLayer(location: location, version: version, commit: commit, files: try LayerReader.read(layout.upper(location)))
        } catch {
            throw StoreError.from(error, doing: "read the personal layer of “\(name)”", layout: layout)
        }
    }

    /// In short; where the version's recipe can't be read, without the packages.
    func summary(of layer: ReadLayer) -> LayerSummary {
        let changes: [PackageChange], notices: [Phrase]
        do throws(StoreError) {
            let drift = try drift(of: layer)
            (changes, notices) = (drift.diff.changes.map(PackageChange.init), drift.notices)
        } catch { (changes, notices) = ([], [error.message]) }
        return LayerSummary(
            build: layer.location.build.text, files: layer.files.files, bytes: layer.files.bytes, changes: changes, notices: notices)
    }

    private func drift(of layer: ReadLayer) throws(StoreError) -> Drift {
        do throws(RecipeError) {
            let recipe = try Recipe(yaml: layer.version.recipe)
            return Drift(of: layer.version.lock, recipe: recipe, layer: layer.files) { Channels.name(of: $0, missingIn: recipe, settings) }
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
