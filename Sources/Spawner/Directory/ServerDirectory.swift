import Foundation
import LauncherProtocol
import UnixSockets
import UntrustedFiles

/// A server's directory on this host: `RUNTIME/servers/UID[-NAME]`.
///
/// | directory | owner, mode | what |
/// | --- | --- | --- |
/// | itself | root, 0711 | |
/// | `socket` | the account, group of the gateway, 2770 | the server's socket; **hostile ground** |
/// | `files` | root, 0755 | ``ServerFiles``, read-only in the container |
///
/// Everything here **blocks**.
struct ServerDirectory {
    let path: String
    var socket: String { path + "/socket" }
    var files: String { path + "/files" }

    init(runtime: String, id: ServerID, uid: UInt32) {
        path = "\(runtime)/servers/\(id.directoryName(uid: uid))"
    }

    /// Makes it anew; what an earlier server has left is removed.
    func prepare(files: ServerFiles, uid: UInt32, gatewayGID: UInt32) throws(SystemCallError) {
        try remove()
        try Self.make(path, mode: 0o711)
        try Self.make(self.files, mode: 0o755)
        for (name, content) in files.contents.sorted(by: { $0.key < $1.key }) {
            try write(content, to: name)
        }
        try Self.make(socket, mode: 0o2770, uid: uid, gid: gatewayGID)
    }

    /// Removes it. Succeeds where there is none.
    func remove() throws(SystemCallError) {
        try UntrustedTree.remove(path)
    }

    private func write(_ content: String, to name: String) throws(SystemCallError) {
        var folder = files
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard access(folder, F_OK) != 0 else { continue }
            try Self.make(folder, mode: 0o755)
        }
        let path = files + "/" + name
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemCallError("open", on: path) }
        defer { close(descriptor) }
        var bytes = Array(content.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw SystemCallError("write", on: path) }
            bytes = bytes.dropFirst(written)
        }
        guard fchmod(descriptor, 0o644) == 0 else { throw SystemCallError("chmod", on: path) }
    }

    /// Makes a directory. Its owner gets it last, so that nobody else can have changed it.
    static func make(_ path: String, mode: mode_t, uid: UInt32 = 0, gid: UInt32 = 0) throws(SystemCallError) {
        guard mkdir(path, 0o700) == 0 else { throw SystemCallError("mkdir", on: path) }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCallError("open", on: path) }
        defer { close(descriptor) }
        guard fchown(descriptor, uid, gid) == 0 else { throw SystemCallError("chown", on: path) }
        guard fchmod(descriptor, mode) == 0 else { throw SystemCallError("chmod", on: path) }
    }
}
