/// A build that was begun past the gateway.
public struct BegunBuild: Codable, Sendable, Equatable {
    /// How it was begun.
    public enum Way: String, Codable, Sendable, CaseIterable {
        case commandLine = "command-line"
        case push
    }

    /// As long as the launcher runs there is no other of this identifier.
    public let id: String
    /// Whoever it is built for.
    public let account: String
    /// Whoever asked for it: the account itself, or `root`.
    public let who: String
    /// The environment as the account names it; empty where only its recipe says so.
    public let environment: String
    public let way: Way
    /// The call's name, or that of the judgement of a push.
    public let call: String
    /// Seconds since 1970.
    public let began: Double

    public init(id: String, account: String, who: String, environment: String, way: Way, call: String, began: Double) {
        self.id = id
        self.account = account
        self.who = who
        self.environment = environment
        self.way = way
        self.call = call
        self.began = began
    }
}

/// Something that was decided past the gateway, by the command line or by the launcher itself.
public struct ElsewhereDecision: Codable, Sendable {
    /// What was asked for, and done.
    public enum What: Codable, Sendable {
        case share(ShareEnvironment)
        case assign(AssignEnvironment)
        case remove(RemoveEnvironment)
        case bringBack(BringBackEnvironment)
        case discard(DiscardLayer)
        case tag(TagEnvironment)
        case collect(CollectGarbage.Outcome)
        case pull(PullImage)
        case removeImage(RemoveImage)
        case upstream(UpstreamDecision)
    }

    /// The account, or `root`; nil for Berth itself.
    public let who: String?
    public let what: What

    public init(who: String?, what: What) {
        self.who = who
        self.what = what
    }
}

/// What `berth watch` decided about news from upstream, which are in the gateway's database.
public struct UpstreamDecision: Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// What was proposed was built, or is not wanted.
        case accepted, dismissed
        /// Versions are kept out, or let in again.
        case held, released
    }

    public let kind: Kind
    /// The environment, the image, or the package and its versions.
    public let subject: String
    public let note: String?

    public init(_ kind: Kind, _ subject: String, note: String? = nil) {
        self.kind = kind
        self.subject = subject
        self.note = note
    }
}

/// Tells the gateway what was decided in its database past it.
public struct TellUpstreamDecision: LauncherCall {
    public static let name = "elsewhere.upstream"
    public static let callers: Set<CallerRole> = [.root]
    public typealias Outcome = Done

    public let decision: UpstreamDecision

    public init(_ decision: UpstreamDecision) { self.decision = decision }
}

/// Has the gateway look upstream now, or once more where it is looking.
///
/// - Throws: ``LauncherError/Kind/unavailable`` where no gateway runs that could.
public struct LookUpstream: LauncherCall {
    public static let name = "elsewhere.look"
    public static let callers: Set<CallerRole> = [.root]
    public typealias Outcome = Done

    public init() {}
}

/// Ends a build that was begun past the gateway: for whoever began it, the owner of the environment and administrators.
///
/// - Throws: ``LauncherError/Kind/notFound`` where it has ended.
public struct CancelBuild: LauncherCall {
    public static let name = "elsewhere.cancel"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Outcome = Done

    /// Who wants it.
    public let account: String
    /// ``BegunBuild/id``
    public let build: String

    public init(account: String, build: String) {
        self.account = account
        self.build = build
    }
}

extension LauncherError {
    /// What a build ends with that somebody has cancelled.
    public static func cancelled(by name: String) -> LauncherError {
        LauncherError(.unavailable, "This build was cancelled by \(name).")
    }
}

/// Reports what is built and decided past the gateway, until the caller hangs up: first the builds under way.
public struct WatchElsewhere: LauncherCall {
    public static let name = "elsewhere.watch"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Progress = ElsewhereNews
    public typealias Outcome = Done

    public init() {}
}

/// What ``WatchElsewhere`` reports.
public enum ElsewhereNews: Codable, Sendable {
    case began(BegunBuild)
    /// The build of this identifier goes on.
    case progress(String, BuildProgress)
    case done(String, EnvironmentSummary)
    case failed(String, LauncherError)
    case decided(ElsewhereDecision)
    /// Somebody wants to know what is newer upstream.
    case look
}
