import Foundation

/// The children of `process`, their children, and so on (`proc(5)`, the parent's number in `/proc/PID/stat`).
///
/// A process group would not do: `pam_exec`, for one, gives its script a session of its own.
func descendants(of process: pid_t) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let parents = entries.compactMap { pid_t($0) }.map { ($0, parent(of: $0)) }
    let children = Dictionary(grouping: parents, by: \.1).mapValues { $0.map(\.0) }
    var found = children[process] ?? []
    var next = 0
    while next < found.count {
        found += children[found[next]] ?? []
        next += 1
    }
    return found
}

private func parent(of process: pid_t) -> pid_t? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
    // The name in the second field may itself hold spaces and parentheses.
    let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
    return fields?.dropFirst().first.flatMap { pid_t($0) }
}
