import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env edit NAME`: the recipe in one's own editor, and what it becomes as the next version.
struct EnvironmentEditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Edit an environment's recipe, and build the next version.",
        discussion: """
            The editor is $VISUAL, else $EDITOR, else vi. Where somebody saves meanwhile, nothing is built and what you wrote stays in \
            its file: the error says what the other has changed, and how to save on top of it.
            """)

    @OptionGroup var options: EnvironmentOptions

    @OptionGroup var target: TargetOptions

    @Argument(help: "NAME or OWNER/NAME.")
    var name: String

    func run() async throws {
        do {
            let launcher = try options.launcher(), account = try options.account()
            let current = try await launcher.call(InspectEnvironment(account: account, environment: name))
            warnOfLayer(over: current.summary)
            let file = try EditedFile(current.recipe)
            try file.edit()
            let text = try EnvironmentFile.text(file.path)
            guard text != current.recipe || target.isGiven else {
                file.remove()
                return print("Nothing has changed.")
            }
            let progress = TerminalProgress()
            do throws(LauncherError) {
                let call = CreateEnvironment(
                    account: account, environment: name, recipe: text, target: target.value, base: current.version.id)
                let summary = try await launcher.call(call) { progress.show($0) }
                progress.end()
                file.remove()
                print(describe(summary))
                for line in await options.outdatedServers(with: summary.name) { print(line) }
            } catch {
                progress.end()
                _ = fail(error)
                var again = "berth env create --name \(name) --file \(file.path)"
                let given = target.system.virtualPackages.map { ("--with", $0) }
                for (option, value) in [("--user", options.user), ("--with-cuda", target.withCuda), ("--as-of", target.asOf)] + given {
                    if let value { again += " \(option) \(value)" }
                }
                if case .newerVersion(let version) = error.obstacle { again += " --base \(version.prefix(12))" }
                FileHandle.standardError.write(Data("What you wrote is in \(file.path). To build it: \(again)\n".utf8))
                throw ExitCode.failure
            }
        } catch { throw fail(error) }
    }
}

/// A text in a file of its own, for an editor.
private struct EditedFile {
    private let directory: String
    let path: String

    init(_ text: String) throws {
        var template = Array((NSTemporaryDirectory() + "berth-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw ValidationError("No file can be made in \(NSTemporaryDirectory()): \(String(cString: strerror(errno))).")
        }
        directory = String(cString: made)
        path = directory + "/environment.yml"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    /// Waits until the person has left their editor.
    func edit() throws {
        setenv("BERTH_EDITED", path, 1)
        defer { unsetenv("BERTH_EDITED") }
        guard system(#"${VISUAL:-${EDITOR:-vi}} "$BERTH_EDITED""#) == 0 else {
            throw ValidationError("The editor did not end well; nothing was built. What you wrote is in \(path).")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}
