import Foundation
import Testing

@testable import Proxy

// One after the other: a child that is started while another has its pipes open inherits them.
@Suite("TLS, tried with curl and openssl", .serialized)
struct TLSLiveTests {
    private func run(
        _ adjust: (inout ProxyConfiguration) -> Void = { _ in },
        _ body: (Scene, ProxyConfiguration.TLS) async throws -> Void
    ) async throws {
        let directory = "/tmp/berth-tls-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = await makeCertificate(in: directory, named: "first")
        try await Scene.run(tls: files, adjust) { try await body($0, files) }
    }

    private func curl(_ scene: Scene, _ path: String, _ files: ProxyConfiguration.TLS, _ more: String...) async -> (
        status: Int32, output: String
    ) {
        await ProxyTests.run(
            "/usr/bin/curl",
            ["-sS", "--max-time", "30", "--cacert", files.certificate] + more + ["https://localhost:\(scene.port(2))\(path)"],
            withErrors: true)
    }

    @Test("1.2 and 1.3 are spoken, 1.1 is not; ALPN chooses http/1.1", arguments: ["1.2", "1.3"])
    func versions(version: String) async throws {
        try await run { scene, files in
            let answer = await curl(
                scene, "/hub/x", files, "-v", "--tlsv\(version)", "--tls-max", version, "--http1.1")
            #expect(answer.status == 0, "\(answer.output)")
            #expect(answer.output.contains("TLSv\(version)"))
            #expect(answer.output.contains("ALPN: server accepted http/1.1"))
            #expect(answer.output.contains("X-Forwarded-Proto: https"))
            let old = await ProxyTests.run(
                "/usr/bin/openssl",
                ["s_client", "-connect", "127.0.0.1:\(scene.port(2))", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                withErrors: true)
            #expect(old.status != 0)
        }
    }

    @Test("64 MiB come down and 64 MiB go up")
    func bulk() async throws {
        try await run { scene, files in
            let down = await curl(scene, "/user/alice/big", files, "-H", Scene.cookie, "-o", "/dev/null", "-w", "%{size_download}")
            #expect(down.output == "\(64 << 20)")
            let file = scene.directory + "/upload"
            _ = FileManager.default.createFile(atPath: file, contents: Data(count: 64 << 20))
            let up = await curl(
                scene, "/user/alice/sink", files, "-H", Scene.cookie, "-H", "Sec-Fetch-Site: none", "-T", file)
            #expect(up.output == "\(64 << 20)")
        }
    }

    @Test("an upgraded connection echoes inside TLS")
    func upgrade() async throws {
        try await run { scene, files in
            let request = scene.request(
                "GET /user/alice/socket", Scene.cookie, "Origin: \(Scene.origin)", "Connection: Upgrade",
                "Upgrade: websocket")
            // At the end of its input s_client closes: the echo must be complete before.
            let block = String(repeating: "0123456789abcdef", count: 4096)
            let answer = await ProxyTests.run(
                "/bin/sh",
                [
                    "-c",
                    "(printf '%s' \"$1\"; printf '%s' \"$2\"; sleep 1) | openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:\(scene.port(2)) 2>/dev/null",
                    "sh", request, block,
                ])
            #expect(answer.output.hasPrefix("HTTP/1.1 101"))
            #expect(answer.output.contains(block))
        }
    }

    @Test("a session is resumed by its ticket", arguments: ["-tls1_2", "-tls1_3"])
    func tickets(version: String) async throws {
        try await run { scene, files in
            let session = scene.directory + "/session"
            func connect(_ option: String) async -> String {
                await ProxyTests.run(
                    "/bin/sh",
                    [
                        "-c",
                        "(printf 'GET /hub/x HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n'; sleep 1) | openssl s_client -connect 127.0.0.1:\(scene.port(2)) \(version) \(option) \(session)",
                    ], withErrors: true
                ).output
            }
            #expect(await connect("-sess_out").contains("New, TLS"))
            #expect(await connect("-sess_in").contains("Reused, TLS"))
        }
    }

    @Test("a new certificate serves new connections, and those that stand go on")
    func reload() async throws {
        try await run { scene, files in
            let second = await makeCertificate(in: scene.directory, named: "second")
            func subject() async -> String {
                await ProxyTests.run(
                    "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(scene.port(2))"], withErrors: true
                ).output
            }
            let fifo = scene.directory + "/fifo"
            mkfifo(fifo, 0o600)
            let standing = Task {
                await ProxyTests.run(
                    "/bin/sh",
                    [
                        "-c", "openssl s_client -quiet -connect 127.0.0.1:\(scene.port(2)) < \(fifo) 2>&1",
                    ])
            }
            let request = scene.request("GET /hub/standing")
            let writer = await onThread { open(fifo, O_WRONLY | O_CLOEXEC) }
            #expect(await onThread { write(writer, request, request.utf8.count) } > 0)
            #expect(eventually { scene.hub.accepted > 0 })

            #expect(await subject().contains("CN = first"))
            // Bad files change nothing.
            try "nonsense".write(toFile: files.key, atomically: false, encoding: .utf8)
            #expect(throws: (any Error).self) { try scene.proxy.reloadCertificate() }
            #expect(await subject().contains("CN = first"))

            for (from, to) in [(second.certificate, files.certificate), (second.key, files.key)] {
                try FileManager.default.removeItem(atPath: to)
                try FileManager.default.copyItem(atPath: from, toPath: to)
            }
            try scene.proxy.reloadCertificate()
            #expect(await subject().contains("CN = second"))

            let last = scene.request("GET /hub/last", "Connection: close")
            _ = await onThread { write(writer, last, last.utf8.count) }
            _ = await onThread { close(writer) }
            let output = await standing.value.output
            #expect(output.contains("GET /hub/standing"))
            #expect(output.contains("GET /hub/last"))
        }
    }

    @Test("a handshake that does not come is not waited for; nonsense harms nobody")
    func handshake() async throws {
        try await run({ $0.limits.handshake = 0.2 }) { scene, files in
            let silent = scene.connect(scene.port(2))
            #expect(silent.isAtEnd())
            let nonsense = scene.connect(scene.port(2))
            nonsense.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = nonsense.readToEnd()
            #expect(await curl(scene, "/hub/x", files).status == 0)
        }
    }

    @Test("the redirecting listener sends everything to the public origin")
    func redirect() async throws {
        try await Scene.run({ $0.listeners.append(.redirect(address: "127.0.0.1", port: 0)) }) { scene in
            let client = scene.connect(scene.port(2))
            let answer = try #require(client.ask(scene.request("GET /user/a/b?c=%20")))
            #expect(answer.status == 308)
            #expect(answer.field("location") == "https://hub.example.org/user/a/b?c=%20")
        }
    }
}
