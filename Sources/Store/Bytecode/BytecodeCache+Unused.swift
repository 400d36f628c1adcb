import Foundation

extension BytecodeCache {
    /// The bytecode that no build has once others are gone; blocks. What is linked nowhere else says so by its number
    /// of names.
    static func unused(in layout: StoreLayout, once leaving: LeavingNames) throws -> [String] {
        var unused: [String] = []
        for interpreter in try FileManager.default.contentsOfDirectory(atPath: layout.bytecode) {
            let directory = layout.bytecode + "/" + interpreter
            var used = false
            var entries: [String] = []
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name != "tag" && !name.contains(".") {
                let path = directory + "/" + name
                if leaving.isLast(path) { entries.append(path) } else { used = true }
            }
            // What is never linked is little, and goes with the last of the others.
            unused += used ? entries : [directory]
        }
        return unused
    }
}
