/// One message, handed to a mail server by SMTP (RFC 5321).
///
/// ```swift
/// var mail = Mail(server: "smtp://mail.example.org:587", from: "berth@example.org", to: ["team@example.org"], message: bytes)
/// try await client.send(mail)
/// ```
public struct Mail: Sendable {
    /// When the connection is encrypted (`CURLOPT_USE_SSL(3)`).
    public enum Encryption: Sendable {
        /// Where the server offers STARTTLS.
        case offered
        case required
        case never
    }

    /// `smtp://HOST:PORT`, or `smtps://HOST:PORT` for TLS from the first byte.
    public var server: String
    /// The envelope's addresses, without names.
    public var from: String
    public var to: [String]
    /// The message with its header (RFC 5322), lines ended by CR LF.
    public var message: [UInt8]
    /// Nil for a server that asks nobody.
    public var user: String?
    public var password: String?
    public var encryption = Encryption.offered
    /// For all of it.
    public var timeout: Duration = .seconds(60)

    public init(server: String, from: String, to: [String], message: [UInt8]) {
        self.server = server
        self.from = from
        self.to = to
        self.message = message
    }
}

extension Client {
    /// Returns once the server has taken the message for all recipients.
    public func send(_ mail: Mail) async throws(TransferError) {
        var request = Request(mail.server)
        request.mail = mail
        request.timeout = mail.timeout
        // A server's replies are no head and no body: the end of the transfer is the answer.
        guard !Task.isCancelled else { throw .cancelled(mail.server) }
        let lease = TransferLease(Transfer(request, on: loop))
        loop.post(.start(lease.transfer))
        while try await lease.transfer.nextChunk() != nil {}
    }
}
