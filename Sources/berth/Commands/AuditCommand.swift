import ArgumentParser
import Audit
import Configuration
import Foundation

/// `berth audit`: the log of who did what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Check and read the log of who did what.", subcommands: [Verify.self, Show.self])

    /// `berth audit verify`: status 1 where the chain is broken.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Check that no line was changed, removed, inserted or moved.",
            discussion: """
                The log is a chain: every line carries the hash of the one before. Lines missing at the very end \
                leave no gap; to notice that too, keep the last hash that this command shows somewhere else.
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let path = try common.load().auditLog
            do {
                let verdict = try AuditReader(path: path).verify()
                if let line = verdict.broken, let fault = verdict.fault {
                    print("Line \(line) of \(path) is broken. \(fault)")
                    print(
                        "The \(verdict.good) lines before it are as they were written; what follows it proves nothing until someone has looked into it."
                    )
                    throw ExitCode.failure
                }
                print("\(path): \(verdict.good) lines, all as they were written. Last hash: \(verdict.last)")
                if verdict.unfinished > 0 {
                    print(
                        "\(verdict.unfinished) bytes of an unfinished line follow: the gateway is writing, or crashed and was not started since."
                    )
                }
            } catch { throw fail(error) }
        }
    }

    /// `berth audit show`: the events, one a line.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what happened, oldest first. It does not check the chain.")

        @OptionGroup var common: CommonOptions

        @Option(help: "Only what this account did.")
        var user: String?

        @Option(help: "Only from this moment on: 2026-01-31, or 2026-01-31T12:00:00Z (UTC).")
        var since: String?

        func validate() throws {
            guard let since else { return }
            // Times of one form are in order as texts are.
            guard since.wholeMatch(of: /\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?/) != nil else {
                throw ValidationError("“--since” takes a day such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z.")
            }
        }

        func run() async throws {
            let path = try common.load().auditLog
            let from = since.map { String($0.prefix { $0 != "Z" }) }
            do {
                try AuditReader(path: path).events { event in
                    if let user, event.who != user { return }
                    if let from, event.time < from { return }
                    print(Self.line(event))
                }
            } catch { throw fail(error) }
        }

        private static func line(_ event: AuditEvent) -> String {
            var words = [event.time, event.who, event.from.isEmpty ? "-" : event.from, event.what.rawValue]
            if !event.on.isEmpty { words.append(event.on) }
            words.append(event.result.rawValue)
            if let note = event.note { words.append("(\(note))") }
            return words.joined(separator: "  ")
        }
    }
}
