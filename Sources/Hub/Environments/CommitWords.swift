import LauncherProtocol
import Phrases

extension EnvironmentVersionSummary {
    /// What changed, in a line: Berth's own words as a sentence that can be told in another language, a person's as they are.
    var words: Phrase {
        let text = message
        switch text {
        case "Create the environment": return "Create the environment"
        case "Change the environment": return "Change the environment"
        case "Restore from a lock": return "Restore from a lock"
        case "Save what was installed": return "Save what was installed"
        default: break
        }
        if let match = text.wholeMatch(of: /Roll back to ([0-9a-f]{4,40})/) { return "Roll back to \(match.1)" }
        if let match = text.wholeMatch(of: /Save what was installed in (.+)/) { return "Save what was installed in \(match.1)" }
        if let match = text.wholeMatch(of: /Copy (.+) at ([0-9a-f]{4,40})/) { return "Copy \(match.1) at \(match.2)" }
        if let match = text.wholeMatch(of: /Adopt (~\/.+)/) { return "Adopt \(match.1)" }
        return Phrase(verbatim: text)
    }
}
