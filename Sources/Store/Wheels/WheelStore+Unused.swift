import Environments
import Foundation

extension WheelStore {
    /// What is in the store of wheels and nothing needs; blocks.
    struct Unused {
        /// The names of the wheels.
        var names: [String] = []
        var paths: [String] = []
    }

    /// - Parameter isNeeded: Whether a history or a server needs the build, be it there or not.
    static func unused(in layout: StoreLayout, isNeeded: (BuildID) -> Bool) throws -> Unused {
        var unused = Unused()
        var needed: Set<String> = []
        var isSure = true
        for file in try FileManager.default.contentsOfDirectory(atPath: layout.wheelLocks) {
            let path = layout.wheelLocks + "/" + file
            if file.hasSuffix(".json"), let build = BuildID(String(file.dropLast(5))), isNeeded(build) {
                // A note that the disk has damaged says of no wheel that nobody needs it.
                guard let wheels = try? JSONDecoder().decode(Wheels.self, from: Data(contentsOf: URL(filePath: path))) else {
                    isSure = false
                    continue
                }
                needed.formUnion(wheels.values.map(\.sha256))
            } else {
                unused.paths.append(path)
            }
        }
        guard isSure else { return unused }
        for digest in try FileManager.default.contentsOfDirectory(atPath: layout.wheelFiles) where !needed.contains(digest) {
            let path = layout.wheelFiles + "/" + digest
            // A content is told once, whatever it is called besides.
            unused.names += try FileManager.default.contentsOfDirectory(atPath: path).sorted().prefix(1)
            unused.paths.append(path)
        }
        unused.names.sort()
        return unused
    }
}
