import Foundation
import Testing

@testable import Curl

/// Mail, to a server that others wrote.
@Suite struct MailTests {
    /// aiosmtpd, in the tests' own Python.
    private final class MailServer {
        let address: String
        private let process = Process()
        private let output: FileHandle

        init() throws {
            let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let preparation = Process()
            preparation.executableURL = URL(filePath: "/bin/bash")
            preparation.arguments = [tests.appending(path: "prepare-python.sh").path]
            try preparation.run()
            preparation.waitUntilExit()
            let cache = ProcessInfo.processInfo.environment["BERTH_CACHE"] ?? "/var/cache/berth"
            process.executableURL = URL(filePath: cache + "/python/bin/python")
            process.arguments = [tests.appending(path: "CurlTests/smtp.py").path]
            let pipe = Pipe()
            process.standardOutput = pipe
            output = pipe.fileHandleForReading
            try process.run()
            let port = String(decoding: output.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
            address = "smtp://127.0.0.1:\(try #require(Int(port)))"
        }

        deinit {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        /// The message that came.
        func taken() throws -> [String: Any] {
            var line = Data()
            while line.last != UInt8(ascii: "\n"), case let more = output.availableData, !more.isEmpty { line += more }
            return try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        }
    }

    private let client = Client()

    @Test func aMessageArrivesAsItIs() async throws {
        let server = try MailServer()
        // A line of one dot would end it, and a long one takes several reads.
        let text = "Subject: x\r\n\r\nfirst\r\n.\r\n..two\r\n" + String(repeating: "y", count: 900) + "\r\n"
        var mail = Mail(
            server: server.address, from: "berth@example.org", to: ["a@example.org", "b@example.org"], message: Array(text.utf8))
        try await client.send(mail)
        var taken = try server.taken()
        #expect(taken["from"] as? String == "berth@example.org" && taken["to"] as? [String] == ["a@example.org", "b@example.org"])
        #expect(taken["data"] as? String == text)
        #expect(taken["login"] is NSNull)

        mail.user = "berth"
        mail.password = "secret"
        mail.message = Array(("Subject: large\r\n\r\n" + String(repeating: "0123456789\r\n", count: 2000)).utf8)
        try await client.send(mail)
        taken = try server.taken()
        #expect((taken["data"] as? String)?.utf8.count == mail.message.count && taken["login"] as? [String] == ["berth", "secret"])
    }

    @Test func whatIsRefusedIsAnError() async throws {
        let server = try MailServer()
        var mail = Mail(
            server: server.address, from: "berth@example.org", to: ["nobody@example.org"], message: Array("Subject: x\r\n\r\n".utf8))
        await #expect(throws: TransferError.self) { try await client.send(mail) }
        mail.to = ["a@example.org"]
        mail.user = "berth"
        mail.password = "wrong"
        await #expect(throws: TransferError.self) { try await client.send(mail) }
        mail.user = nil
        mail.encryption = .required
        await #expect(throws: TransferError.self) { try await client.send(mail) }
        mail.server = "smtp://127.0.0.1:9"
        let error = await #expect(throws: TransferError.self) { try await client.send(mail) }
        #expect(error?.kind == .unreachable)
        mail.server = "file:///etc/passwd"
        await #expect(throws: TransferError.self) { try await client.send(mail) }
    }
}
