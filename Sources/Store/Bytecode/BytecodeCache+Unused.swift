import Foundation
import Glibc

extension BytecodeCache {
    /// The bytecode that no build has once `condemned` are gone; blocks. What is linked nowhere else says so by
    /// its number of names.
    ///
    /// - Parameter condemned: The trees of builds that will be removed.
    static func unused(in layout: StoreLayout, once condemned: [String]) throws -> [String] {
        var leaving: [ino_t: nlink_t] = [:]
        for tree in condemned {
            try Tree.walk(tree) { (_, status) throws(FileError) in
                if status.st_nlink > 1, status.st_mode & S_IFMT == S_IFREG { leaving[status.st_ino, default: 0] += 1 }
            }
        }
        var unused: [String] = []
        for interpreter in try FileManager.default.contentsOfDirectory(atPath: layout.bytecode) {
            let directory = layout.bytecode + "/" + interpreter
            var used = false
            var entries: [String] = []
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name != "tag" && !name.contains(".") {
                var status = stat()
                guard lstat(directory + "/" + name, &status) == 0 else { continue }
                if status.st_nlink - (leaving[status.st_ino] ?? 0) > 1 { used = true } else { entries.append(directory + "/" + name) }
            }
            // What is never linked is little, and goes with the last of the others.
            unused += used ? entries : [directory]
        }
        return unused
    }
}
