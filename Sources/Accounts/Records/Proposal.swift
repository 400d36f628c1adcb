/// A newer version upstream, and what it would take to have it. Times are in seconds since 1970.
public struct Proposal: Sendable, Equatable {
    /// What it is about.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Packages that an environment's recipe asks for.
        case packages
        /// The image of a profile: there is a newer tag.
        case image
        /// The same: its tag was pushed again, and names another image in the registry than on this host.
        case movedImage = "moved-image"

        public var isAboutImage: Bool { self != .packages }
    }

    /// What became of it.
    public enum State: String, Sendable, Codable, CaseIterable {
        case open, accepted, dismissed
        /// Something newer came, or the environment was changed.
        case superseded
        /// There was nothing to gain, so nobody was told.
        case moot
    }

    /// One package that would be different.
    public struct Change: Sendable, Equatable, Codable {
        public let name: String
        /// `added`, `removed`, `up`, `down` or `rebuilt`.
        public let direction: String
        public let before: String?
        public let after: String?
        public let isAsked: Bool

        public init(name: String, direction: String, before: String?, after: String?, isAsked: Bool) {
            self.name = name
            self.direction = direction
            self.before = before
            self.after = after
            self.isAsked = isAsked
        }
    }

    /// What a proposal says, before anybody has seen it.
    public struct Content: Sendable, Equatable {
        public var kind: Kind
        /// The account whose environment it is; empty for an image.
        public var owner: String
        /// The environment's name, or the image with the tag in use.
        public var subject: String
        /// The environment's version that it was made for, the new tag, or the digest that the tag has now.
        public var base: String
        /// What is newer, a line each: `numpy 2.1.0 → 2.3.1`.
        public var steps: [String]
        /// The recipe as it would be; empty for an image.
        public var recipe: String
        /// The lock that the recipe comes to, as canonical JSON; empty where it does not solve.
        public var lock: String
        public var changes: [Change]
        /// Whether it can be had.
        public var solves: Bool
        /// What the person should know about it, in whole sentences.
        public var remarks: [String]

        /// `OWNER/NAME` of an environment, or the image.
        public var fullSubject: String { owner.isEmpty ? subject : "\(owner)/\(subject)" }

        public init(
            kind: Kind, owner: String, subject: String, base: String, steps: [String], recipe: String = "", lock: String = "",
            changes: [Change] = [], solves: Bool = true, remarks: [String] = []
        ) {
            self.kind = kind
            self.owner = owner
            self.subject = subject
            self.base = base
            self.steps = steps
            self.recipe = recipe
            self.lock = lock
            self.changes = changes
            self.solves = solves
            self.remarks = remarks
        }
    }

    public let id: Int
    public let content: Content
    public let made: Double
    public let state: State
    /// The account that accepted or dismissed it.
    public let decidedBy: String?
    public let decided: Double?
}

/// Versions that somebody wants to keep out.
public struct Hold: Sendable, Equatable {
    public let id: Int
    /// Whose environments it is for; empty for everybody's.
    public let account: String
    /// A package, or an image without its tag.
    public let package: String
    /// `2.3.0`, `>=2.3,<2.4`, or `*`.
    public let versions: String
    public let reason: String
    public let author: String
    public let made: Double
}

/// A proposal on its way to somebody outside.
public struct Delivery: Sendable, Equatable {
    public let id: Int
    public let proposal: Int
    /// Which of the configured ways it goes.
    public let way: String
    /// How often it was tried.
    public let attempts: Int
    /// When it is to be tried next, in seconds since 1970.
    public let next: Double
}
