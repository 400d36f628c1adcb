import Environments
import Foundation
import Glibc

/// What is in the store and reached by nothing.
struct Garbage: Sendable {
    /// Builds that a history or a server needs.
    let needed: Set<BuildID>
    /// Builds of what was removed and can be brought back: they are made again from what their locks name, so the wheels
    /// that were built for them stay.
    var recallable: Set<BuildID> = []

    /// What was taken out of its place, or would be.
    struct Buried: Sendable {
        var builds: [String] = []
        var packages: [String] = []
        /// The names of wheels.
        var wheels: [String] = []
        /// How many files of bytecode.
        var bytecode = 0
        /// Where its trees are now.
        var paths: [String] = []
        /// The directory that they were moved to; nil where nothing was moved.
        var grave: String?
    }

    /// What nothing needs now.
    ///
    /// - Parameter cacheIsUsed: Somebody may be linking from the package cache: it stays whole.
    func condemned(in layout: StoreLayout, sparing spared: Set<BuildID>, cacheIsUsed: Bool) throws -> Buried {
        var buried = Buried()
        var packages: Set<String> = []
        var linked: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: layout.environments).sorted() {
            guard let build = BuildID(name) else { continue }
            if needed.contains(build) || spared.contains(build) {
                let lock = try JSONDecoder().decode(Lock.self, from: Data(contentsOf: URL(filePath: layout.lock(build))))
                packages.formUnion(lock.packages.map { "\($0.name)-\($0.version)-\($0.build)" })
                linked.formUnion(LinkedPackage.all(of: lock, in: layout).map(\.key))
            } else {
                buried.builds.append(name)
                buried.paths.append(layout.environment(build))
            }
        }
        buried.paths += try Self.notesOfNothing(in: layout, sparing: spared)
        guard !cacheIsUsed else { return buried }
        let leaving = try LeavingNames(buried.paths)
        let unused = try BytecodeCache.unused(in: layout, once: leaving)
        buried.bytecode = unused.count
        buried.paths += try unused + SharedFiles.unused(in: layout, once: leaving)
        buried.paths += try FileManager.default.contentsOfDirectory(atPath: layout.linked).filter { !linked.contains($0) }
            .map { layout.linked + "/" + $0 }
        let wheels = try WheelStore.unused(in: layout) { needed.contains($0) || recallable.contains($0) || spared.contains($0) }
        buried.wheels = wheels.names
        buried.paths += wheels.paths
        for name in try FileManager.default.contentsOfDirectory(atPath: layout.packages).sorted() {
            var status = stat()
            let path = layout.packages + "/" + name
            // Beside each unpacked package the installer keeps a file for its lock.
            guard lstat(path, &status) == 0, !packages.contains(name), !packages.contains(where: { name == $0 + ".lock" }) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR { buried.packages.append(name) }
            buried.paths.append(path)
        }
        return buried
    }

    /// Moves what is condemned into one directory of the staging area, which is emptied at every start.
    func bury(in layout: StoreLayout, sparing spared: Set<BuildID>, cacheIsUsed: Bool) throws -> Buried {
        var buried = try condemned(in: layout, sparing: spared, cacheIsUsed: cacheIsUsed)
        let grave = try Grave(of: buried.paths, in: layout)
        (buried.grave, buried.paths) = (grave.path, grave.paths)
        Self.forget(buried.builds.compactMap { BuildID($0) }, in: layout)
        return buried
    }

    /// Moves builds alone into a directory of the staging area, and gives that.
    static func bury(_ builds: [BuildID], in layout: StoreLayout) throws(FileError) -> String {
        let grave = try Grave(of: builds.map(layout.environment), in: layout)
        forget(builds, in: layout)
        return grave.path
    }

    /// What was noted of builds that are not there: a crash came between that and their name, or somebody removed them.
    private static func notesOfNothing(in layout: StoreLayout, sparing spared: Set<BuildID>) throws -> [String] {
        try layout.notes.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
                guard let build = BuildID(String(name.prefix { $0 != "." })) else { return false }
                // What is being built has its notes first.
                return !spared.contains(build) && !layout.hasBuild(build)
            }.sorted().map { folder + "/" + $0 }
        }
    }

    private static func forget(_ builds: [BuildID], in layout: StoreLayout) {
        for build in builds { for file in [layout.lock(build), layout.record(build), layout.manifest(build)] { unlink(file) } }
    }
}
