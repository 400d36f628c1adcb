import Environments
import Foundation
import Glibc
import LauncherProtocol

/// A build that is not as it was built any more.
struct DamagedBuild: Sendable {
    let build: BuildID
    let lock: Lock
    let differences: [VerifyEnvironment.Difference]

    /// What the store keeps for other builds and has the same files as those that have changed here: packages as they
    /// were linked and unpacked, bytecode, and what pip installed. A file under several names is one, so all of them are damaged. Blocks.
    func copies(in layout: StoreLayout) throws -> [String] {
        let changed = Set(
            differences.filter { $0.kind == .changed }.compactMap { difference -> ino_t? in
                guard let file = try? status(of: "\(layout.environment(build))/\(difference.path)"),
                    file.st_mode & S_IFMT == S_IFREG, file.st_nlink > 1
                else { return nil }
                return file.st_ino
            })
        guard !changed.isEmpty else { return [] }
        func has(_ tree: String) throws(FileError) -> Bool {
            var found = false
            try Tree.walk(tree) { (_, status) throws(FileError) in if changed.contains(status.st_ino) { found = true } }
            return found
        }
        func names(_ folder: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
        var copies: [String] = []
        for linked in LinkedPackage.all(of: lock, in: layout) {
            let package = linked.package
            let places: [String] = [
                "\(layout.linked)/\(linked.key)", "\(layout.packages)/\(package.name)-\(package.version)-\(package.build)",
            ]
            let own = places.filter { access($0, F_OK) == 0 }
            // Beside each unpacked package the installer keeps a file for its lock.
            if try own.contains(where: { try has($0) }) { copies += own + own.map { "\($0).lock" } }
        }
        for interpreter in try names(layout.bytecode) {
            let folder = "\(layout.bytecode)/\(interpreter)"
            copies += try names(folder).map { "\(folder)/\($0)" }.filter { changed.contains(try status(of: $0).st_ino) }
        }
        for name in try names(layout.files) where changed.contains(try status(of: "\(layout.files)/\(name)").st_ino) {
            copies.append("\(layout.files)/\(name)")
        }
        return copies
    }
}
