import Environments
import Foundation
import Glibc
import LauncherProtocol
import Phrases

extension BuildSteps {
    /// Makes the environment of `lock` in the staging directory.
    func environment(_ lock: Lock, _ build: BuildID, specs: [String]) async throws(StoreError) -> BuildContents {
        let conda = try await installCompiled(lock, specs: specs)
        if lock.pip.isEmpty { return conda }
        try await installPip(lock, build: build)
        return try await compile(lock, try await contents(conda.shared))
    }

    /// Links the packages of `lock`, and gives them their bytecode: pip is one of them, which starts again and again, and
    /// without takes three times as long.
    func installCompiled(_ lock: Lock, specs: [String]) async throws(StoreError) -> BuildContents {
        try await compile(lock, try await contents(try await install(lock, specs: specs)))
    }

    /// Links the packages of `lock` into the staging directory: those that the installer
    /// has linked before by the launcher itself, and else all of them by the installer.
    ///
    /// - Returns: What is known of the files.
    private func install(_ lock: Lock, specs: [String]) async throws(StoreError) -> Installed {
        let packages = LinkedPackage.all(of: lock, in: layout)
        let (tree, owner) = (staging.environment, settings.builderUID)
        let installed: Installed
        if let contents = try await link(packages) {
            installed = .linked(contents)
        } else {
            try await disk("make the environment's directory") { try staging.clearEnvironment(owner: owner) }
            try await install(lock, into: "env", prefix: BuildID.prefix)
            installed = .installed(try await keep(packages, of: lock))
        }
        return try await disk("write the environment's metadata", as: "metadata") {
            let written = try CondaMetadata.complete(tree, lock: lock, specs: specs)
            guard case .linked(var contents) = installed else { return installed }
            let place = try OpenDirectory(tree)
            for path in written { try contents.read(path, in: place, owner: owner) }
            return .linked(contents)
        }
    }

    /// Who linked the packages, and what is known of them.
    enum Installed {
        /// The launcher: all.
        case linked(BuildContents)
        /// The installer: what it shares with the package cache.
        case installed(KnownDigests)
    }

    /// What is in the build before it has bytecode. What the launcher has linked itself it knows.
    func contents(_ installed: Installed) async throws(StoreError) -> BuildContents {
        switch installed {
        case .linked(let contents): contents
        case .installed(let known): try await contents(known)
        }
    }

    /// What is in the build after others have written in it: their code can have changed anything but what is `known`.
    func contents(_ known: KnownDigests) async throws(StoreError) -> BuildContents {
        let (tree, owner) = (staging.environment, settings.builderUID)
        let sharing = SharedFiles(layout, waiting: staging.linked)
        return try await disk("read the build", as: "read") {
            try BuildContents(reading: tree, known: known, owner: owner, sharing: sharing)
        }
    }

    /// Has the installer link the packages of `lock` into the directory `name` of the staging directory.
    func install(_ lock: Lock, into name: String, prefix: String, purpose: String? = nil) async throws(StoreError) {
        var request = BuilderRequest()
        request.packages = lock.packages
        request.target = "\(insideStaging)/\(name)"
        request.prefix = prefix
        request.cache = "\(Self.work)/pkgs"
        _ = try await runOnChannels("install", request, as: .downloading, purpose: purpose)
    }

    /// Nil where one of the packages was not linked before, or they don't go together without the installer's judgement.
    private func link(_ packages: [LinkedPackage]) async throws(StoreError) -> BuildContents? {
        guard packages.allSatisfy(\.exists) else { return nil }
        progress(BuildProgress(.linking, "Linking \(Phrase.packages(packages.count))"))
        let (tree, owner) = (staging.environment, settings.builderUID)
        return try await disk("link the packages", as: "link") {
            try staging.removeEnvironment()
            do throws(FileError) {
                return try LinkedPackage.link(packages, into: tree, owner: owner)
            } catch {
                // Two packages bring one file, or a file has all the names that it can have.
                if [EEXIST, ENOTDIR, EMLINK].contains(error.code) { return nil }
                throw error
            }
        }
    }

    /// Checks what the installer has linked, and keeps of it what the next environment needs.
    private func keep(_ packages: [LinkedPackage], of lock: Lock) async throws(StoreError) -> KnownDigests {
        progress(BuildProgress(.verifying, "Checking the packages"))
        let (tree, waiting) = (staging.environment, staging.linked)
        return try await disk("check the packages", as: "check") {
            try Tree.openDirectories(tree)
            let files = try CondaMetadata.verify(tree, lock: lock)
            let installed = try InstalledTree(tree)
            // Of a file that two packages bring, one's is in the tree under the name of both.
            var owners: [String: Int] = [:]
            for path in files.values.joined() { owners[path, default: 0] += 1 }
            var known = KnownDigests()
            var taken: [(LinkedPackage, path: String)] = []
            for package in packages {
                let path = waiting + "/" + package.key
                if package.exists {
                    try installed.unite(with: package, known: &known)
                } else if let own = files[package.record], own.allSatisfy({ owners[$0] == 1 }),
                    try installed.take(own + [package.record], to: path, known: &known)
                {
                    taken.append((package, path))
                }
            }
            // What has its name must be whole, also after a crash.
            try syncFileSystem(of: waiting)
            for (package, path) in taken { try package.adopt(path) }
            return known
        }
    }
}
