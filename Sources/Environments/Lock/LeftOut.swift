import Phrases

/// What a lock has and other tools' formats have no place for. Such a file says it in comments, and whoever restores
/// from it is told.
struct LeftOut: Sendable, Equatable {
    /// pip's, each as the recipe has it: one that names an index decides where packages come from.
    private(set) var options: [String] = []
    /// The names alone; values can be confidential.
    private(set) var variables: [String] = []

    private static let optionMark = "# left out, pip's option: "
    private static let variableMark = "# left out, the variable: "

    init(of locks: [Lock]) {
        for option in locks.flatMap(\.pipOptions).map(URLSecret.hidden) where !options.contains(option) { options.append(option) }
        variables = Set(locks.flatMap(\.variables.keys)).sorted()
    }

    /// Reads it again from the file's lines.
    init(lines: some Sequence<some StringProtocol>) {
        for line in lines {
            if line.hasPrefix(Self.optionMark) { options.append(String(line.dropFirst(Self.optionMark.count).prefix(200))) }
            if line.hasPrefix(Self.variableMark) { variables.append(String(line.dropFirst(Self.variableMark.count).prefix(200))) }
        }
    }

    /// For the file.
    var comments: [String] { options.map { Self.optionMark + $0 } + variables.map { Self.variableMark + $0 } }

    /// For whoever restores from it.
    var notices: [Phrase] {
        var notices: [Phrase] = []
        if !options.isEmpty {
            notices.append(
                "The lock came without pip's options: \(options.joined(separator: ", ")). Add them to the recipe's “pip:” before you change what pip installs."
            )
        }
        if !variables.isEmpty {
            notices.append(
                "The lock came without the variables: \(variables.joined(separator: ", ")). Add them to the recipe's “variables:”.")
        }
        return notices
    }
}
