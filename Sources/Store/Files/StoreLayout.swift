import Environments
import Foundation
import Glibc

/// Where things lie below the state directory.
///
/// | path | owner, mode | what |
/// |---|---|---|
/// | `store` | root 0700 | nobody but root gets in, because directories of builds are open to all |
/// | `store/work` | root 0711 | what an install container sees: one file system, so that links work |
/// | `store/work/pkgs`, `repodata` | builder 0755 | package cache and channel indices |
/// | `store/work/staging/ID` | root 0711 | a build on its way; removed when it ends, and at start |
/// | `store/linked/KEY` | root 0700 | a package as the installer linked it |
/// | `store/bytecode/INTERPRETER` | root 0700 | bytecode by the digest of its source |
/// | `store/files/SHA256` | builder | a file of builds that no package brought: see ``SharedFiles`` |
/// | `store/wheels/files`, `store/wheels/locks` | root 0700 | what pip installed from: see ``WheelStore`` |
/// | `store/environments/HASH` | builder | a build; it is here or it isn't |
/// | `store/locks/HASH.json`, `store/builds/HASH.json` | root | its lock, and its size |
/// | `store/builds/HASH.manifest` | root | the hashes of its files; no container ever sees it |
/// | `store/collected` | root 0600 | its time says when garbage was collected last |
/// | `environments`, `environments/UID` and its `.removed` | root 0710, git's group | git passes through, nobody else does |
/// | `environments/UID/NAME.git` | git 0700 | recipes and locks |
/// | `environments/UID/.removed/NAME~SECONDS` | git 0700 | the same of one that was removed, and when |
struct StoreLayout: Sendable {
    let state: String

    var store: String { state + "/store" }
    var work: String { store + "/work" }
    var packages: String { work + "/pkgs" }
    var repodata: String { work + "/repodata" }
    var staging: String { work + "/staging" }
    var linked: String { store + "/linked" }
    var bytecode: String { store + "/bytecode" }
    var files: String { store + "/files" }
    var wheels: String { store + "/wheels" }
    var wheelFiles: String { wheels + "/files" }
    var wheelLocks: String { wheels + "/locks" }
    var environments: String { store + "/environments" }
    var repositories: String { state + "/environments" }

    func environment(_ build: BuildID) -> String { environments + "/" + build.text }
    func lock(_ build: BuildID) -> String { store + "/locks/" + build.text + ".json" }
    func manifest(_ build: BuildID) -> String { store + "/builds/" + build.text + ".manifest" }
    func record(_ build: BuildID) -> String { store + "/builds/" + build.text + ".json" }
    func wheelsNoted(for build: BuildID) -> String { wheelLocks + "/" + build.text + ".json" }
    func repository(_ name: EnvironmentName, of uid: UInt32) -> String { repositories + "/\(uid)/\(name).git" }

    /// Whether the build is there, whole: it gets its name only when it is.
    func hasBuild(_ build: BuildID) -> Bool {
        var status = stat()
        return stat(environment(build), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes the directories, and removes what interrupted builds left.
    func prepare(builderUID: UInt32, gitUID: UInt32) throws(StoreError) {
        do {
            for (path, mode) in [
                (state, 0o755), (store, 0o700), (work, 0o711), (staging, 0o711), (linked, 0o700), (bytecode, 0o700), (environments, 0o700),
                (files, 0o700), (wheels, 0o700), (wheelFiles, 0o700), (wheelLocks, 0o700), (store + "/locks", 0o700),
                (store + "/builds", 0o700),
            ] {
                try makeDirectory(path, mode: mode_t(mode), keepingMode: path == state)
            }
            for path in [packages, repodata] { try makeDirectory(path, mode: 0o755, owner: builderUID) }
            try makeDirectory(repositories, mode: 0o710, group: gitUID)
            // Packages that were being unpacked have hidden directories.
            let unfinished = try FileManager.default.contentsOfDirectory(atPath: packages).filter { $0.hasPrefix(".") }
                .map { packages + "/" + $0 }
            let left = try FileManager.default.contentsOfDirectory(atPath: staging).map { staging + "/" + $0 }
            for path in unfinished + left { try FileManager.default.removeItem(atPath: path) }
        } catch {
            throw StoreError.from(error, doing: "prepare the environment store", layout: self)
        }
    }
}

/// Makes a directory where there is none, and gives it its mode and owner.
///
/// - Parameters:
///   - isNew: Whether it is an error that it is there.
///   - group: nil for the owner's.
func makeDirectory(
    _ path: String, mode: mode_t, isNew: Bool = false, owner: UInt32 = 0, group: UInt32? = nil, keepingMode: Bool = false
) throws(FileError) {
    let made = mkdir(path, mode)
    if made != 0, isNew || errno != EEXIST { throw FileError("make", path) }
    if made != 0, keepingMode { return }
    if chmod(path, mode) != 0 { throw FileError("change the mode of", path) }
    if chown(path, owner, group ?? owner) != 0 { throw FileError("change the owner of", path) }
}

/// A file system call that failed.
struct FileError: Error, CustomStringConvertible {
    let doing: String
    let path: String
    let code: CInt

    /// Notes the present `errno`.
    init(_ doing: String, _ path: String, code: CInt = errno) {
        self.doing = doing
        self.path = path
        self.code = code
    }

    var description: String { "can't \(doing) \(path): \(String(cString: strerror(code)))" }
}

extension StoreError {
    /// What a failure of the host's file system means to the person who waits.
    static func from(_ error: any Error, doing what: String, layout: StoreLayout) -> StoreError {
        if let error = error as? StoreError { return error }
        let code = (error as? FileError)?.code ?? (error as? CocoaError).flatMap(\.posixCode)
        if code == ENOSPC || code == EDQUOT { return .diskFull(layout) }
        return StoreError(.unavailable, "The launcher could not \(what). An administrator finds the reason in its log.", log: ["\(error)"])
    }

    /// The store's disk is full.
    static func diskFull(_ layout: StoreLayout) -> StoreError {
        StoreError(
            .unavailable,
            "The disk with the environment store (\(layout.store)) is full. Nothing of this build was kept; an administrator has to make room before it is tried again."
        )
    }
}

extension CocoaError {
    fileprivate var posixCode: CInt? {
        if code == .fileWriteOutOfSpace { return ENOSPC }
        return (underlying as? POSIXError)?.code.rawValue
    }
}
