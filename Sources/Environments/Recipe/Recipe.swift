import Phrases
import YAML

/// An `environment.yml`, as conda reads it.
///
/// ```swift
/// let recipe = try Recipe(yaml: text)
/// recipe.dependencies.map(\.spec)  // ["python=3.11", "numpy"]
/// ```
public struct Recipe: Sendable, Equatable {
    /// One line of the recipe, and where it stands.
    public struct Line: Sendable, Equatable {
        public let text: String
        public let mark: Mark

        public init(_ text: String, at mark: Mark) {
            self.text = text
            self.mark = mark
        }
    }

    /// One entry of `dependencies:`.
    public struct Dependency: Sendable, Equatable {
        /// The match spec as it was written.
        public let spec: String
        /// The package that it names, in lower case.
        public let name: String
        public let mark: Mark
    }

    /// What the order of the channels means.
    public enum ChannelPriority: String, Sendable {
        /// A package comes from the first channel that has what its line asks for. What counts where nothing is said.
        case strict
        /// The newest version of all channels is taken; the order decides between equal ones.
        case disabled
    }

    /// `name:`; nil where there is none.
    public let name: Line?
    /// `channels:` in their order, without `nodefaults`.
    public let channels: [Line]
    /// What conda packages it asks for.
    public let dependencies: [Dependency]
    /// The lines of `pip:`: requirements and options.
    public let pip: [Line]
    /// `variables:`, by name.
    public let variables: [String: String]
    /// `platforms:`; empty where the recipe doesn't say.
    public let platforms: [Line]
    /// `channel_priority:`; nil where the recipe doesn't say.
    public let channelPriority: ChannelPriority?
    /// What the person should know, in whole sentences.
    public let notices: [Phrase]

    /// Whether it has a `pip:` part, and names no `pip` to install it with.
    public var lacksPip: Bool { !pip.isEmpty && !dependencies.contains { $0.name == "pip" } }
}
