import Foundation
import LauncherProtocol
import Synchronization

/// Shows a build's progress: one line that rewrites itself on a terminal, a line a phase elsewhere.
final class TerminalProgress: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let last = Mutex<BuildProgress?>(nil)

    func show(_ step: BuildProgress) {
        let isNew = last.withLock { last in
            defer { last = step }
            return last?.phase != step.phase
        }
        let percent = step.fraction.map { String(format: " %3.0f %%", $0 * 100) } ?? ""
        if isTerminal {
            write("\r\u{1B}[K\(step.phase.rawValue)\(percent)  \(step.message.english.printable.prefix(100))")
        } else if isNew || step.fraction == nil {
            write("\(step.phase.rawValue)\(percent)  \(step.message.english.printable)\n")
        }
    }

    func end() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
