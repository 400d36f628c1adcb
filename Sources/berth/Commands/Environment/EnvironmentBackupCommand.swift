import ArgumentParser
import Environments
import Foundation
import Store

/// `berth env backup DIRECTORY`: the recipe of an environment that was made by hand. Runs nothing of it, and needs no launcher.
struct EnvironmentBackupCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case history, yaml, explicit, lock
        case condaLock = "conda-lock"
    }

    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Show the recipe of an environment made by hand with conda, mamba, pixi or venv.",
        discussion: "berth env backup ~/miniconda3/envs/lab | berth env create -f -")

    @Argument(help: "The environment's directory.")
    var directory: String

    @Option(name: [.customShort("n"), .long], help: "What to call it; the directory's name where none is given.")
    var name: String?

    @Option(help: "history: what was asked for; yaml: every package with its version; explicit, conda-lock, lock: the very files.")
    var format = Format.history

    @Option(help: "Write the exact lock to this file too, as JSON.")
    var lock: String?

    func run() async throws {
        do {
            let name = name ?? URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent
            guard EnvironmentName(name) != nil else {
                throw ValidationError("“\(name)” can't be its name; give one with --name. \(EnvironmentName.rule)")
            }
            let backup = try Backup(of: HandMade.files(at: directory), name: name, platform: Self.platform)
            for notice in backup.notices { FileHandle.standardError.write(Data("note: \(notice)\n".utf8)) }
            if let lock { try backup.lock.canonicalBytes.write(to: URL(fileURLWithPath: lock)) }
            switch format {
            case .history: print(backup.export.fromHistory, terminator: "")
            case .yaml: print(backup.export.noBuilds, terminator: "")
            case .explicit: print(backup.lock.explicit, terminator: "")
            case .condaLock: print(try backup.export.condaLock, terminator: "")
            case .lock: print(String(decoding: try backup.lock.canonicalBytes, as: UTF8.self), terminator: "")
            }
        } catch { throw fail(error) }
    }

    /// conda's name of the platform that this binary is for.
    private static var platform: String {
        #if arch(arm64)
            "linux-aarch64"
        #else
            "linux-64"
        #endif
    }
}
