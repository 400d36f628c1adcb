import ArgumentParser
import Environments
import Foundation
import LauncherProtocol

/// `berth env export NAME --format …`: an environment to take away.
struct EnvironmentExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case yaml, history, explicit, lock, dockerfile, kubernetes
        case condaLock = "conda-lock"
        case pixi
        case dockerRun = "docker-run"
        case archive
        case archiveZstd = "archive-zstd"
    }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Show an environment in a form to take away.",
        discussion: """
            yaml: environment.yml, every package with its version; history: environment.yml, what was asked for; explicit: conda's \
            explicit file; conda-lock: conda-lock.yml, and pixi: pixi.lock, both for all of the recipe's platforms; lock: Berth's \
            own; dockerfile: an image of it; docker-run, kubernetes: how to run that image with your UID and GID; archive: all \
            files, in tar and gzip, and archive-zstd: in tar and zstd, for a host without Berth: unpack it in a directory of its own and run \
            bin/conda-unpack there.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for an older version, or a lock's file.")
    var environment: EnvironmentReference

    @Option(help: "The form.")
    var format = Format.yaml

    @Option(name: .shortAndLong, help: "A file to write; otherwise standard output.")
    var output: String?

    @Option(help: "The image that was built from the Dockerfile; for docker-run and kubernetes.")
    var image: String?

    @Option(help: "How many GPUs; for docker-run and kubernetes. Without, one where a package of the environment needs CUDA.")
    var gpus: Int?

    func run() async throws {
        do {
            if let compression = format.compression {
                return try await EnvironmentArchiveFile(output: output, compression: compression).fetch(environment, options)
            }
            let content = Data(try text(of: try await environment.find(options)).utf8)
            if let output {
                try content.write(to: URL(filePath: output), options: .atomic)
            } else {
                FileHandle.standardOutput.write(content)
            }
        } catch { throw fail(error) }
    }

    private func text(of found: EnvironmentReference.Found) throws -> String {
        let export = found.export
        switch format {
        case .yaml: return export.noBuilds
        case .history:
            guard found.recipe != nil else { throw ValidationError("A lock's file doesn't say what was asked for; name the environment.") }
            return export.fromHistory
        case .explicit: return found.lock.explicit
        case .condaLock: return try export.condaLock
        case .pixi: return export.pixiLock
        case .lock: return String(decoding: try found.lock.canonicalBytes, as: UTF8.self)
        case .dockerfile: return export.dockerfile()
        case .dockerRun: return try deployment(of: found).dockerRun
        case .kubernetes: return try deployment(of: found).kubernetes(name: found.name)
        case .archive, .archiveZstd: return ""
        }
    }

    private func deployment(of found: EnvironmentReference.Found) throws -> Deployment {
        let account = try options.account()
        guard let entry = getpwnam(account)?.pointee else {
            throw ValidationError("The account “\(account)” is unknown on this host.")
        }
        // A tag for whoever builds the Dockerfile; where it has another, --image tells.
        let tag = try found.lock.buildID.text.prefix(12)
        return Deployment(
            image: image ?? "\(found.name.lowercased()):\(tag)", uid: entry.pw_uid, gid: entry.pw_gid,
            gpus: gpus ?? found.lock.usualGPUs, home: String(cString: entry.pw_dir))
    }
}

extension EnvironmentExportCommand.Format {
    /// Of an archive; nil for a text.
    fileprivate var compression: PackEnvironment.Compression? {
        switch self {
        case .archive: .gzip
        case .archiveZstd: .zstd
        default: nil
        }
    }
}
