import ArgumentParser
import Foundation
import Store

/// `berth home-environments find|read PATH`: what the launcher starts to look into a home directory, with the
/// rights of the person whose it is.
struct HomeEnvironmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "home-environments", abstract: "Look into a home directory; run by the launcher, not by people.", shouldDisplay: false)

    enum Question: String, ExpressibleByArgument { case find, read }

    @Option var account: String
    @Option var home: String
    @Argument var question: Question
    @Argument var path: String?

    func run() async throws {
        do {
            // Before anything of the home is looked at.
            try dropPrivileges(to: account)
            let encoder = JSONEncoder()
            let answer =
                switch question {
                case .find: try encoder.encode(try HandMade.environments(inHome: home))
                case .read: try encoder.encode(try HandMade.environment(path ?? "", inHome: home))
                }
            FileHandle.standardOutput.write(answer)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode.failure
        }
    }
}
