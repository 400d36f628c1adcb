import Foundation

/// One thing that somebody did, or that was refused to them.
public struct AuditEvent: Codable, Sendable, Equatable {
    /// What can happen.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case login
        case logout
        /// A session was ended from another one of its owner.
        case sessionEnded = "session.ended"
        /// A session was over because nobody used it, or because its time had come.
        case sessionExpired = "session.expired"
        case tokenMade = "token.made"
        case tokenRevoked = "token.revoked"
        case tokenFirstUsed = "token.first-used"
        case serverStart = "server.start"
        case serverStop = "server.stop"
        case serverCulled = "server.culled"
        /// Somebody wants to keep a server that nobody uses.
        case serverKeep = "server.keep"
        /// A server with a name was given up.
        case serverRemove = "server.remove"
        /// A server that ran ended by itself.
        case serverFailed = "server.failed"
        /// Somebody was in a server that is not theirs.
        case serverVisit = "server.visit"
        /// An administrator let themselves into somebody's server, for a time.
        case serverOpened = "server.opened"
        case serverClosed = "server.closed"
        /// A running server was shared with somebody, or no longer.
        case serverShare = "server.share"
        case environmentCreate = "environment.create"
        /// An earlier version became the current one again.
        case environmentRollBack = "environment.rollback"
        case environmentRepair = "environment.repair"
        /// What somebody had installed in a server became the next version.
        case environmentSave = "environment.save"
        /// Somebody threw away what they had installed.
        case layerDiscard = "layer.discard"
        case environmentRemove = "environment.remove"
        /// One that was removed is there again.
        case environmentBringBack = "environment.bring-back"
        /// Somebody got a right on an environment, or lost it.
        case environmentShare = "environment.share"
        case environmentAssign = "environment.assign"
        /// Somebody ended a build that was under way.
        case buildCancel = "build.cancel"
        /// Somebody pushed with git.
        case environmentPush = "environment.push"
        /// A version got a name as a release, or lost it.
        case environmentTag = "environment.tag"
        /// Builds and packages that nothing needed were removed.
        case garbageCollect = "garbage.collect"
        /// Newer versions were accepted, or are not wanted.
        case proposalAccept = "proposal.accept"
        case proposalDismiss = "proposal.dismiss"
        /// Versions are kept out, or let in again.
        case versionHold = "version.hold"
        case versionRelease = "version.release"
        case userAdd = "user.add"
        case userRemove = "user.remove"
        /// Somebody was made an administrator, or is one no longer.
        case userAdmin = "user.admin"
        /// The host has an account no longer, or it may not use Berth any more.
        case userAbsent = "user.absent"
        case groupMake = "group.make"
        case groupRemove = "group.remove"
        /// Somebody joined a group or left it.
        case groupMembers = "group.members"
        case groupProperties = "group.properties"
        /// Everybody is told something, or no longer.
        case noticeTold = "notice.told"
        case noticeWithdrawn = "notice.withdrawn"
        case imagePull = "image.pull"
        case imageRemove = "image.remove"
        /// Somebody ended Berth by the API.
        case shutdown
        /// The end of the log was incomplete after a crash and was cut off.
        case logRecovered = "log.recovered"
        /// Events were not written because the log could not be.
        case logIncomplete = "log.incomplete"
    }

    /// How it ended.
    public enum Result: String, Codable, Sendable {
        case success, refused, failed
    }

    /// When: RFC 3339, UTC, with milliseconds.
    public let time: String
    /// The account; ``AuditOrigin/berth`` for what Berth does by itself. At a refused log-in
    /// it is whatever was typed as a name.
    public let who: String
    /// The client's address; empty for Berth itself.
    public let from: String
    public let what: Kind
    /// The server, token, session or environment; empty where there is none.
    public let on: String
    public let result: Result
    /// Why, in words; nil where there is nothing to add.
    public let note: String?

    /// Texts are cut and made visible: a name that somebody typed must neither fill the log nor
    /// deceive the person who reads it. Never put a secret into any of them.
    public init(
        _ what: Kind, who: String, from: String = "", on: String = "", result: Result = .success, note: String? = nil,
        at date: Date = Date()
    ) {
        time = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        self.who = VisibleText.of(who, limit: 64)
        self.from = VisibleText.of(from, limit: 64)
        self.what = what
        self.on = VisibleText.of(on, limit: 160)
        self.result = result
        self.note = note.map { VisibleText.of($0, limit: 400) }
    }
}
