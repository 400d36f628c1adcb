import Checks
import Environments
import Foundation
import LauncherProtocol
import Phrases

/// A recipe for `POST /hub/api/environments/check`.
struct SiteCheck: Encodable {
    let recipe: String
    let file: String
    /// What lies beside it; nil where there is nothing.
    let files: [String: String]?
    let wish: CheckWish
    let driver: String?
    let gpu: Bool?
    let imageJupyter: Bool?

    enum CodingKeys: String, CodingKey {
        case recipe, file, files, platforms, cudas, solve, build, minimal, driver, gpu
        case virtualPackages = "virtual_packages"
        case asOf = "as_of"
        case imports = "import"
        case imageJupyter = "image_jupyter"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(recipe, forKey: .recipe)
        try values.encode(file, forKey: .file)
        try values.encodeIfPresent(files, forKey: .files)
        try values.encode(wish.platforms, forKey: .platforms)
        try values.encode(wish.cudas, forKey: .cudas)
        try values.encode(wish.virtualPackages, forKey: .virtualPackages)
        try values.encodeIfPresent(wish.asOf, forKey: .asOf)
        try values.encode(wish.solves, forKey: .solve)
        try values.encode(wish.builds, forKey: .build)
        try values.encode(wish.imports, forKey: .imports)
        try values.encode(wish.shortens, forKey: .minimal)
        try values.encodeIfPresent(driver, forKey: .driver)
        try values.encodeIfPresent(gpu, forKey: .gpu)
        try values.encodeIfPresent(imageJupyter, forKey: .imageJupyter)
    }
}

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

    /// Checks a recipe there.
    ///
    /// - Throws: ``UnavailableError`` where nobody could try.
    func check(_ wanted: SiteCheck, tell: (Step) -> Void) async throws -> Found {
        struct Begun: Decodable { let progress_url: String }
        let answer = try await post("/hub/api/environments/check", wanted)
        guard let begun = try? JSONDecoder().decode(Begun.self, from: answer),
            begun.progress_url.hasPrefix("/")
        else { throw UnavailableError("\(address) gives no answer that is understood; it may be another version of Berth.") }
        var found: Found?
        try await follow(begun.progress_url) { data in
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
