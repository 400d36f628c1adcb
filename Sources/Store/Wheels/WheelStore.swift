import Environments
import Foundation
import Glibc
import TLS
import UntrustedFiles

/// The wheels that pip's part of builds was installed from, so that it comes back as it was: without an index, and
/// without building from source again.
///
/// | path | what |
/// |---|---|
/// | `store/wheels/files/SHA256/NAME.whl` | a wheel, by what is in it |
/// | `store/wheels/locks/BUILD.json` | what each package of that build's lock came to |
///
/// Whoever writes a recipe decides what runs while pip fetches and builds, and with that what it leaves behind. Who
/// could harm whom by it:
/// - A wheel that a lock names with its SHA-256 is found by that, and the launcher computed the digest of what it keeps.
///   Whoever fetched it, and from wherever: who asks for that digest gets that content.
/// - What a wheel that was *built* should be, nothing proves: neither the digest of its source nor the commit does, and
///   everything that runs in the same build can have written it. So no lock but the very same finds it, by the digest of
///   all that is in the lock; whoever has that lock has the same build anyway. The same holds for a wheel that a lock
///   names without a digest.
/// - The name of a file says for which systems it is. One name of a content doesn't hide another.
struct WheelStore: Sendable {
    /// What a package of a lock came to.
    struct Wheel: Codable, Sendable, Equatable {
        /// The file's name.
        let file: String
        /// Of the file.
        let sha256: String
    }

    /// By the packages' names, as ``PipPackage/project`` gives them.
    typealias Wheels = [String: Wheel]

    private enum Bound {
        /// Bytes of one wheel.
        static let wheel = 16 << 30
    }

    private let layout: StoreLayout

    init(_ layout: StoreLayout) { self.layout = layout }

    /// What is kept of the wheels of `lock`; blocks. One that the disk has damaged is gone afterwards.
    func kept(of lock: Lock, as build: BuildID) throws(FileError) -> Wheels {
        let known = noted(for: build)
        var wheels: Wheels = [:]
        for package in lock.pip {
            let named = package.sha256.flatMap { digest in
                (package.wheel ?? only(of: package, by: digest.lowercased())).map { Wheel(file: $0.file, sha256: digest.lowercased()) }
            }
            guard let wheel = known[package.project] ?? named, WheelName(wheel.file) != nil, Digest(hexadecimal: wheel.sha256) != nil else {
                continue
            }
            if try isSound(wheel) { wheels[package.project] = wheel }
        }
        return wheels
    }

    /// The wheel with the digest of a package whose lock tells that and no file, as explicit files do. Where somebody has
    /// had the same content by another name of the package too, it is for other systems, and the index decides.
    private func only(of package: PipPackage, by digest: String) -> WheelName? {
        guard !package.direct, Digest(hexadecimal: digest) != nil else { return nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.wheelFiles + "/" + digest)) ?? []
        let own = names.compactMap { WheelName($0) }.filter { $0.project == package.project && $0.version == package.version }
        return own.count == 1 ? own[0] : nil
    }

    /// Takes what pip has fetched and built for `packages` into the store; blocks.
    ///
    /// - Parameters:
    ///   - output: Wheels. Foreign code wrote them: nothing is followed, and only what has the lock's digest is that wheel.
    ///   - waiting: An empty directory of root's in the store's file system.
    func adopt(_ packages: [PipPackage], from output: String, by waiting: String) throws -> Wheels {
        let folder = try OpenDirectory(output)
        var files: [String: WheelName] = [:]
        for name in try UntrustedDirectory.names(in: folder.descriptor).compactMap({ WheelName($0) }) {
            guard files.updateValue(name, forKey: name.project) == nil else {
                throw StoreError(.failed, "pip has brought two wheels of \(name.project); one was asked for.")
            }
        }
        var wheels: Wheels = [:]
        var arrived: [(wheel: Wheel, path: String)] = []
        for package in packages {
            let path = waiting + "/" + package.project
            guard let name = files[package.project], let digest = try copy(name.file, from: folder, to: path) else {
                throw StoreError(.failed, "pip has brought no wheel of \(package.name) \(package.version).")
            }
            if package.wheel != nil, let wanted = package.sha256?.lowercased(), wanted != digest {
                throw StoreError(
                    .failed, "The wheel of \(package.name) \(package.version) that came is not the one that the lock names.",
                    log: ["sha256 \(digest), and the lock says \(wanted)"])
            }
            let wheel = Wheel(file: name.file, sha256: digest)
            wheels[package.project] = wheel
            arrived.append((wheel, path))
        }
        // What has its name must be whole, also after a crash.
        try syncFileSystem(of: waiting)
        for (wheel, path) in arrived {
            try makeDirectory(directory(wheel), mode: 0o700)
            guard link(path, self.path(wheel)) == 0 || errno == EEXIST else { throw FileError("keep", path) }
            unlink(path)
        }
        return wheels
    }

    /// Notes what the lock of `build` came to: as long as that is noted, its wheels stay.
    func note(_ wheels: Wheels, for build: BuildID) throws {
        guard noted(for: build) != wheels else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try writeWhole(try encoder.encode(wheels), to: layout.wheelsNoted(for: build))
    }

    /// Gives wheels that are kept further names in the directory of a build on its way.
    func give(_ wheels: Wheels, in directory: String) throws(FileError) {
        for wheel in wheels.values {
            guard link(path(wheel), directory + "/" + wheel.file) == 0 else { throw FileError("link", path(wheel)) }
        }
    }

    private func noted(for build: BuildID) -> Wheels {
        let bytes = FileManager.default.contents(atPath: layout.wheelsNoted(for: build))
        return bytes.flatMap { try? JSONDecoder().decode(Wheels.self, from: $0) } ?? [:]
    }

    private func directory(_ wheel: Wheel) -> String { layout.wheelFiles + "/" + wheel.sha256 }

    private func path(_ wheel: Wheel) -> String { directory(wheel) + "/" + wheel.file }

    private func isSound(_ wheel: Wheel) throws(FileError) -> Bool {
        guard access(path(wheel), F_OK) == 0 else { return false }
        if try digest(of: path(wheel)) == wheel.sha256 { return true }
        unlink(path(wheel))
        return false
    }

    private func digest(of path: String) throws(FileError) -> String {
        try withBytes(of: Array(path.utf8CString), size: Int(try status(of: path).st_size)) { bytes throws(FileError) in
            Digest(sha256: bytes).description
        }
    }

    /// The digest of the copy, which nobody else can write; nil where `name` is no plain file of reasonable size.
    private func copy(_ name: String, from folder: borrowing OpenDirectory, to path: String) throws(FileError) -> String? {
        let source = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard source >= 0 else {
            if [ENOENT, ELOOP, ENXIO].contains(errno) { return nil }
            throw FileError("read", name)
        }
        defer { close(source) }
        var status = stat()
        guard fstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Bound.wheel else { return nil }
        try copyNew(source, size: Int(status.st_size), to: path)
        return try digest(of: path)
    }
}
