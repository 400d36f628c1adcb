import Foundation
import Phrases

/// What a build's last events say.
struct BuildFacts {
    /// What it was asked to be called, or what it is called now; empty where that is not known yet.
    let name: String
    let percent: Int
    /// The last line of its log, or why it failed.
    let message: Phrase

    init(_ build: Builds.Build) {
        let past = build.events.past
        switch past.last {
        case .done(let summary, _): (name, percent, message) = (summary.name, 100, "")
        case .verified(let outcome): (name, percent, message) = (build.name, 100, outcome.inShort)
        case .failed(let error): (name, percent, message) = (build.name, 100, error.message)
        case .progress(let progress): (name, percent, message) = (build.name, progress.percent ?? 0, progress.message)
        case nil: (name, percent, message) = (build.name, 0, "")
        }
    }
}

/// What the list shows of a build.
struct BuildView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ build: Builds.Build) {
        let facts = BuildFacts(build)
        let tone =
            switch build.state {
            case .running: "busy"
            case .failed: "bad"
            case .finished: build.hasFoundDamage ? "bad" : "good"
            }
        values = [
            "full": facts.name.isEmpty ? build.account : EnvironmentView.fullName(facts.name, of: build.account),
            "by": build.fullName.hasPrefix(build.account + "/") ? "" : build.account,
            "isVerification": build.verification != nil, "hasFoundDamage": build.hasFoundDamage,
            "way": build.way.map { texts("builds", $0.rawValue) } ?? "",
            "path": "/hub/environments/builds/\(build.id)", "isCancellable": build.isCancellable,
            "state": texts("builds", build.state.rawValue), "tone": tone, "isRunning": build.state == .running,
            "percent": facts.percent, "message": texts(facts.message), "began": Format.moment(build.began),
            "beganAt": Format.machine(build.began),
            "took": build.ended.map { texts("builds", "took", ["seconds": "\(Int(($0 - build.began).rounded(.up)))"]) } ?? "",
        ]
    }
}
