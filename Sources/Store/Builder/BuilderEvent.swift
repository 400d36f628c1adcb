import Environments
import Foundation
import LauncherProtocol
import Phrases

/// One line of the builder's standard output. The containers of pip run foreign code, which may write
/// such lines too: whatever comes is checked, and can only ever concern its own environment.
struct BuilderEvent: Decodable {
    struct Failure: Decodable, Sendable {
        /// What kind: `unsolvable`, `spec`, `channel`, `no-channel`, `install`, `pip` or `system`.
        let code: String
        let message: String
        let lines: [String]
        /// Which of the request's specs is meant.
        let spec: Int?
        /// Of `channel` and `no-channel`: its URL, where it is known which one it is.
        let channel: String?
        /// Of `unsolvable`: which specs don't fit together.
        let conflict: Conflict?

        struct Conflict: Decodable, Sendable {
            /// The fewest that fail.
            let specs: [Int]
            /// The solver's words about them.
            let report: [String]
            /// Versions that the channels have of what is missing, the newest first.
            let available: [String: [String]]
            /// Names like one that no channel has.
            let similar: [String: [String]]
        }
    }

    /// A step, in the builder's own words: a sentence, or a template and its values.
    struct Step: Decodable, Sendable {
        let phase: BuildProgress.Phase
        let message: String
        let values: [String]?
        let fraction: Double?

        /// No longer than people read, whatever foreign code has written.
        var phrase: Phrase {
            let message = String(message.prefix(Self.longest))
            guard let values else { return Phrase(verbatim: message) }
            return Phrase(template: message, texts: values.prefix(4).map { String($0.prefix(Self.longest)) })
        }

        /// Characters of a sentence, and of each value.
        private static let longest = 200
    }

    /// A module that was imported, or could not be.
    struct Imported: Decodable, Sendable {
        let package: String
        let module: String
        /// Python's last line; nil where it went well.
        let error: String?
    }

    var progress: Step?
    /// Of the packages that were looked for, those that the channels have.
    var known: [String]?
    var imported: Imported?
    var package: CondaPackage?
    var pip: PipPackage?
    /// What pip would install and there is only as source.
    var lacking: [String]?
    var error: Failure?

    /// Nil for a line that isn't the builder's.
    init?(line: String) {
        guard line.hasPrefix("{"), let event = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = event
        if let package, !package.isSound { return nil }
        if let pip, !pip.isSound { return nil }
    }
}

/// What one run of the builder gave.
struct BuilderOutcome: Sendable {
    /// More than any environment has, and little enough for memory.
    static let mostPackages = 20_000

    private(set) var packages: [CondaPackage] = []
    private(set) var pip: [PipPackage] = []
    private(set) var known: [String] = []
    private(set) var lacking: [String]?
    private(set) var imported: [BuilderEvent.Imported] = []
    private(set) var failure: BuilderEvent.Failure?
    /// The last lines that were no events.
    private(set) var log: [String] = []

    /// Takes a line in; gives the progress that it reports.
    mutating func take(_ line: BuildLine) -> BuildProgress? {
        guard line.stream == .output, let event = BuilderEvent(line: line.text) else {
            if !line.text.isEmpty { log = log.suffix(39) + [String(line.text.prefix(1000))] }
            return nil
        }
        if let package = event.package, packages.count < Self.mostPackages { packages.append(package) }
        if let package = event.pip, pip.count < Self.mostPackages { pip.append(package) }
        if let lacking = event.lacking { self.lacking = lacking.prefix(100).map { String($0.prefix(200)) } }
        if let known = event.known { self.known = known }
        if let module = event.imported, imported.count < Self.mostPackages { imported.append(module) }
        if let failure = event.error { self.failure = failure }
        return event.progress.map { BuildProgress($0.phase, $0.phrase, fraction: $0.fraction) }
    }
}
