import Environments
import LauncherProtocol
import Phrases

/// Why the store could not do what it was asked, in words for the person who waits.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable {
        /// The request makes no sense: a bad name, a recipe that can't be read.
        case invalid
        /// Nothing of that name.
        case notFound
        /// Something is in use or in the way; later it can work.
        case conflict
        /// It was tried and did not work: the recipe is at fault.
        case failed
        /// The host can't: the engine is down, the disk is full, no memory.
        case unavailable
    }

    public let kind: Kind
    /// What happened, why, and what to do.
    public let message: Phrase
    /// The last lines that show it, oldest first; often empty.
    public let log: [String]
    /// Where in the recipe the fault lies; often empty.
    public let places: [RecipePlace]
    /// What the build met, where there is a way past it.
    public let obstacle: BuildObstacle?

    public init(_ kind: Kind, _ message: Phrase, log: [String] = [], places: [RecipePlace] = [], obstacle: BuildObstacle? = nil) {
        self.places = places
        self.obstacle = obstacle
        self.kind = kind
        self.message = message
        self.log = log
    }

    public var description: String { ([message.english] + log).joined(separator: "\n") }
}

extension StoreError {
    /// The same at the lines of a recipe that pip names, where it is pip that failed.
    func placed(in recipe: Recipe) -> StoreError {
        guard kind == .failed, places.isEmpty, obstacle == nil else { return self }
        let places = recipe.blamed(in: log).map { blamed in
            RecipePlace(
                line: blamed.line.mark.line, column: blamed.line.mark.column,
                message: "“\(blamed.line.text)” can't be installed. \(blamed.words)")
        }
        return StoreError(kind, message, log: log, places: places)
    }

    /// Nobody waits for it any more.
    static let givenUp = StoreError(.unavailable, "The build was given up.")

    /// What can't be read in a recipe.
    init(_ error: RecipeError) {
        self.init(
            .invalid, "The recipe can't be used.", log: error.problems.map(\.description),
            places: error.problems.map {
                RecipePlace(line: $0.mark.line, column: $0.mark.column, message: "\($0.what) \($0.remedy)")
            })
    }
}
