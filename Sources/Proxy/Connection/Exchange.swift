import Reactor

/// All that is known about the one request that a client's connection carries at present.
struct Exchange {
    enum Stage: Equatable {
        /// Nothing is asked.
        case none
        /// The upstream's head is to come.
        case responseHead
        case responseBody
        /// After 101: bytes both ways.
        case tunnel
    }

    var stage = Stage.none
    var upstream: Upstream?
    /// Who came; nil on the way to the hub or to a service.
    var visitor: Visitor?
    var request = Pump(BodyFraming(.none))
    var response = Pump(BodyFraming(.none))
    /// The request's head or body is not wholly written to the upstream.
    var isRequestOpen = false
    /// The upstream took no more of the request.
    var isRequestBroken = false
    /// The head is still in the client's input, so that it can be sent again.
    var heldHead = 0
    var responseScanner = HeadScanner()
    /// How many responses have only announced another.
    var interimResponses = 0
    /// The upstream takes another request after this one.
    var keepsUpstream = false
    /// The client's connection ends with this exchange.
    var closesClient = false
    /// In a tunnel: who has said all.
    var clientEnded = false
    var upstreamEnded = false
    /// Something waits for the client to read or to send.
    var waitsForClient = false

    // What the request's head said, as far as it is needed after the head is gone.
    var isHEAD = false
    var isHTTP10 = false
    var isUpgrade = false
    var isIdempotent = true
    /// A person will look at the answer.
    var wantsPage = false

    var started: UInt64 = 0
    var writtenBefore = 0
    /// Nil where nobody reads the log.
    var record: AccessLog.Record?

    /// What opened this exchange is no longer published.
    var isCutOff: Bool {
        guard stage != .none else { return false }
        guard let visitor, case .server(let key, _)? = upstream?.target.place else { return upstream?.target.isGone == true }
        return visitor.isRevoked || upstream?.target.isGone == true || !visitor.opens(key)
    }
}
