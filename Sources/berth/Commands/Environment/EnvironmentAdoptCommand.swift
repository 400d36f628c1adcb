import ArgumentParser
import Environments
import Foundation
import LauncherProtocol
import Phrases

/// `berth env adopt [PATH]`: makes an environment of one made by hand in the home directory, or lists them.
struct EnvironmentAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Take over an environment made by hand with conda, mamba, pixi or venv, or list those in the home.",
        discussion: """
            Nothing of it is run, and it stays as it is. Without a path, the environments in the home directory are listed. \
            “berth env backup” shows the recipe of any directory instead.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's directory, in the home directory.")
    var path: String?

    @Option(name: [.customShort("n"), .long], help: "What to call it; the directory's name where none is given.")
    var name: String?

    @Option(
        name: .customLong("as"),
        help: "history: what was asked for; no-builds: every package with its version; exact: the very same packages.")
    var form = AdoptEnvironment.Form.history

    func run() async throws {
        do {
            let launcher = try options.launcher(), account = try options.account()
            guard let path else { return list(try await launcher.call(FindHomeEnvironments(account: account))) }
            let place = try belowHome(path)
            let read = try await launcher.call(ReadHomeEnvironment(account: account, path: place))
            for notice in read.notices { FileHandle.standardError.write(Data("note: \(notice)\n".utf8)) }
            let progress = TerminalProgress()
            let summary = try await launcher.build(
                AdoptEnvironment(account: account, path: place, environment: name, form: form), progress)
            progress.end()
            print(describe(summary))
        } catch { throw fail(error) }
    }

    private func list(_ found: [HomeEnvironment]) {
        if found.isEmpty { print("No environment made by conda, mamba, pixi or venv was found in the home directory.") }
        for environment in found {
            let python = environment.python.map { "Python \($0), " } ?? ""
            print("~/\(environment.path)\t\(environment.kind.rawValue), \(python)\(Phrase.packages(environment.packages))")
        }
    }

    /// The path as the launcher looks it up: below the home directory of whoever it is for.
    private func belowHome(_ path: String) throws -> String {
        if path.hasPrefix("~/") { return String(path.dropFirst(2)) }
        let whole = URL(fileURLWithPath: path).standardizedFileURL.path
        guard let home = getpwnam(try options.account())?.pointee.pw_dir.map({ String(cString: $0) }), whole.hasPrefix(home + "/") else {
            throw ValidationError("\(path) is not in the home directory. “berth env backup \(path) | berth env create -f -” takes it over.")
        }
        return String(whole.dropFirst(home.count + 1))
    }
}

extension AdoptEnvironment.Form: ExpressibleByArgument {}
