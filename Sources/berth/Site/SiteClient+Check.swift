import Checks
import Environments
import Foundation
import LauncherProtocol
import Phrases

extension SiteClient {
    /// What is told on the way.
    enum Step {
        case progress(BuildProgress)
        case told(String)
    }

    /// What a check ends with.
    struct Found: Decodable {
        struct Shorter: Decodable { let recipe: String }

        let findings: [LintReport.Entry]
        let minimal: Shorter?
    }

    /// Checks a recipe there. Where the task is cancelled the site is told to give it up.
    ///
    /// - Throws: ``UnavailableError`` where nobody could try.
    func check(_ wanted: CheckRequest, tell: (Step) -> Void) async throws -> Found {
        struct Begun: Decodable { let id, progress_url: String }
        let answer = try await post("/hub/api/environments/check", wanted)
        guard let begun = try? JSONDecoder().decode(Begun.self, from: answer),
            begun.progress_url.hasPrefix("/")
        else { throw UnavailableError("\(address) gives no answer that is understood; it may be another version of Berth.") }
        do { return try await found(at: begun.progress_url, tell: tell) } catch {
            // A cancelled task can ask for nothing more.
            if Task.isCancelled { await Task { await delete("/hub/api/checks/\(begun.id)") }.value }
            throw error
        }
    }

    private func found(at path: String, tell: (Step) -> Void) async throws -> Found {
        var found: Found?
        try await follow(path) { data in
            guard let event = try? JSONDecoder().decode(Event.self, from: data) else { return false }
            if event.failed == true { throw UnavailableError(([event.message] + (event.log ?? [])).joined(separator: "\n")) }
            if event.ready == true {
                found = try JSONDecoder().decode(Found.self, from: data)
                return true
            }
            if let phase = event.phase.flatMap(BuildProgress.Phase.init(rawValue:)) {
                tell(
                    .progress(
                        BuildProgress(phase, Phrase(verbatim: event.message), fraction: event.progress.map { $0 / 100 })))
            } else {
                tell(.told(event.message))
            }
            return false
        }
        guard let found else { throw UnavailableError("\(address) ended before it had told what it found. Try again.") }
        return found
    }

    private struct Event: Decodable {
        let phase: String?
        let message: String
        let progress: Double?
        let ready: Bool?
        let failed: Bool?
        let log: [String]?
    }
}
