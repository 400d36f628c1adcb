import Phrases

/// What a lock has and other tools' formats have no place for. Such a file says it in comments, and whoever restores
/// from it is told.
struct LeftOut: Sendable, Equatable {
    /// pip's, each as the recipe has it: one that names an index decides where packages come from.
    private(set) var options: [String] = []
    /// The names alone; values can be confidential.
    private(set) var variables: [String] = []

    /// What pip would install on a platform and is in no lock for it: `PLATFORM: NAME`.
    private(set) var packages: [String] = []

    private static let optionMark = "# left out, pip's option: "
    private static let packageMark = "# left out, what pip would install for "
    private static let variableMark = "# left out, the variable: "

    /// - Parameter askedOfPip: The recipe's `pip:` part. Locks from before pip was asked for other platforms lack all of it.
    init(of locks: [Lock], askedOfPip: [String] = []) {
        let all = askedOfPip.filter { !$0.hasPrefix("-") }.map { RequirementParts($0)?.spelling ?? URLSecret.hidden($0) }
        for (index, lock) in locks.enumerated() {
            let isUnasked = index > 0 && lock.lacking == nil && lock.pip.isEmpty
            packages += (lock.lacking ?? (isUnasked ? all : [])).map { "\(lock.platform): \($0)" }
        }
        for option in locks.flatMap(\.pipOptions).map(URLSecret.hidden) where !options.contains(option) { options.append(option) }
        variables = Set(locks.flatMap(\.variables.keys)).sorted()
    }

    /// Reads it again from the file's lines.
    ///
    /// - Parameter platform: Of whoever reads.
    init(lines: some Sequence<some StringProtocol>, platform: String) {
        let mark = Self.packageMark + platform + ": "
        for line in lines {
            if line.hasPrefix(mark) { packages.append("\(platform): \(line.dropFirst(mark.count).prefix(200))") }
            if line.hasPrefix(Self.optionMark) { options.append(String(line.dropFirst(Self.optionMark.count).prefix(200))) }
            if line.hasPrefix(Self.variableMark) { variables.append(String(line.dropFirst(Self.variableMark.count).prefix(200))) }
        }
    }

    /// For the file.
    var comments: [String] { packageComments + options.map { Self.optionMark + $0 } + variables.map { Self.variableMark + $0 } }

    /// The same of packages alone.
    var packageComments: [String] { packages.map { Self.packageMark + $0 } }

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
        if !packages.isEmpty {
            notices.append("The lock came without what pip would install and has no wheel: \(packages.joined(separator: ", ")).")
        }
        return notices
    }
}
