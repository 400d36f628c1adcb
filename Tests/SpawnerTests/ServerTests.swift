import Configuration
import Docker
import Foundation
import LauncherProtocol
import Testing

@testable import Spawner

/// JupyterLab in a container of its own, as the gateway and its owner meet it.
@Suite struct ServerTests {
    @Test func servesItsOwnerThroughTheGatewayAlone() async throws {
        try await Site.run { site in
            let record = try await site.start(site.spawner())
            try await site.waitUntilServing(record)
            let base = "/user/\(site.account.name)"

            let me = try await site.ask(record, base + "/api/me")
            #expect(me.status == 200)
            let identity = try #require(me.json?["identity"] as? NSDictionary)
            #expect(identity["username"] as? String == site.account.name)
            #expect(identity["display_name"] as? String == "Test Person")

            for path in ["/api/me", "/api/contents", "/lab", "/tree"] {
                #expect(try await site.ask(record, base + path, auth: nil).status == 403, "\(path)")
            }
            let forged: [(name: String, value: String)] = [
                ("X-Berth-User", site.account.name), ("X-Berth-Secret", String(repeating: "0", count: 64)), ("X-Berth-Auth", "token"),
            ]
            #expect(try await site.ask(record, base + "/api/me", auth: nil, headers: forged).status == 403)

            let page = try await site.ask(record, base + "/lab").text
            #expect(page.contains(#""hubPrefix": "/hub/""#))
            #expect(page.contains(#""hubUser": "\#(site.account.name)""#))
            #expect(page.contains(#""token": """#))
            #expect(!page.contains(record.secret))
            let log = try await site.engine.logLines(of: record.container, last: 200).map(\.text)
            #expect(!log.contains { $0.contains("Traceback") || $0.contains("is deprecated") }, "\(log.joined(separator: "\n"))")
        }
    }

    @Test func keepsJupytersOwnChecksForBrowsersOnly() async throws {
        try await Site.run { site in
            let record = try await site.start(site.spawner())
            try await site.waitUntilServing(record)
            let contents = "/user/\(site.account.name)/api/contents"
            let file = #"{"type":"file","ext":".txt"}"#
            // A browser without the XSRF token.
            #expect(try await site.ask(record, contents, method: "POST", json: file).status == 403)
            #expect(try await site.ask(record, contents, method: "POST", auth: "token", json: file).status == 201)
            let made = site.account.home + "/untitled.txt"
            let attributes = try FileManager.default.attributesOfItem(atPath: made)
            #expect(attributes[.ownerAccountID] as? UInt32 == site.account.uid)
            // A page of another site.
            let foreign: [(name: String, value: String)] = [
                ("Origin", "https://evil.example.org"), ("Cookie", "_xsrf=a"), ("X-XSRFToken", "a"),
            ]
            #expect(try await site.ask(record, contents, method: "POST", json: file, headers: foreign).status != 201)
        }
    }

    @Test func isTheAccount() async throws {
        try await Site.run { site in
            let record = try await site.start(site.spawner())
            try await site.waitUntilServing(record)
            let account = site.account
            #expect(
                try site.inside(record, "whoami; id -u; id -g; id -Gn; echo ~; pwd") == """
                    \(account.name)
                    \(account.uid)
                    \(account.gid)
                    \(account.name) \(account.name)x
                    \(account.home)
                    \(account.home)
                    """)
            let kernel = try await site.ask(record, "/user/\(account.name)/api/kernels", method: "POST", auth: "token", json: "{}")
            #expect(kernel.status == 201)
            let identifier = try #require(kernel.json?["id"] as? String)
            let kernels = try site.inside(record, "ps -eo uid,pid,args | grep ipykernel_launcher | grep -v grep").split(separator: " ")
            #expect(kernels.first == "\(account.uid)" && kernels.last?.contains(identifier) == true)
            #expect(try site.inside(record, "cat $JUPYTER_RUNTIME_DIR/kernel-*.json").contains(#""transport": "ipc""#))
            // The kernel does not know the secret.
            #expect(try !site.inside(record, "cat /proc/\(kernels[1])/environ").contains("BERTH_SECRET"))
        }
    }

    @Test func jupyterListensOnNoPort() async throws {
        try await Site.run { site in
            let record = try await site.start(site.spawner())
            try await site.waitUntilServing(record)
            // On a network of its own the engine's name server has a port at 127.0.0.11.
            let listening = try site.inside(record, "ss -tlnH").split(separator: "\n").filter { !$0.contains(" 127.0.0.11:") }
            #expect(listening == [])
        }
    }

    @Test func theSocketIsTheUsersAndTheGateways() async throws {
        try await Site.run { site in
            let record = try await site.start(site.spawner())
            try await site.waitUntilServing(record)
            #expect(record.socketDirectory == "\(site.configuration.runtime)/servers/\(site.account.uid)/socket")
            let mode = try Site.shell("stat -c '%u %g %a %F' \(record.socketDirectory) \(record.socketDirectory)/\(record.socketName)")
            #expect(
                mode == """
                    \(site.account.uid) \(Site.gatewayGID) 2770 directory
                    \(site.account.uid) \(Site.gatewayGID) 660 socket
                    """)
            let mounts = try site.inside(record, "cat /proc/self/mounts").split(separator: "\n")
            for path in ["/etc/passwd", "/etc/group", "/opt/berth/server"] {
                let mount = mounts.first { $0.contains(" \(path) ") }
                #expect(mount?.contains(" ro,") == true, "\(path)")
            }
        }
    }

    @Test func stopsAndLeavesNothing() async throws {
        try await Site.run { site in
            let spawner = site.spawner()
            let record = try await site.start(spawner)
            try await spawner.stop(site.id)
            try await spawner.stop(site.id)
            #expect(try await spawner.list().isEmpty)
            await #expect(throws: DockerError.self) { try await site.engine.inspect(record.container) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: site.configuration.runtime + "/servers").isEmpty)
        }
    }

    @Test func startsNeverASecondOne() async throws {
        try await Site.run { site in
            // Two launchers' worth of impatience.
            let spawner = site.spawner()
            async let one = site.start(spawner)
            async let other = site.start(spawner)
            let (first, second) = try await (one, other)
            #expect(first == second)
            // A launcher that has just come back finds it, secret and all.
            let anew = site.spawner()
            #expect(try await anew.list() == [first])
            #expect(try await site.start(anew) == first)
            let named = try await site.start(anew, name: "second")
            #expect(try await Set(anew.list().map(\.id)) == [site.id, named.id])
            try await anew.stop(named.id)
            #expect(try await anew.list() == [first])
        }
    }

    @Test func refusesWhatTheConfigurationDoesNotAllow() async throws {
        try await Site.run({ $0.profiles[0].image = "elsewhere/image:1" }) { site in
            let error = await #expect(throws: LauncherError.self) { try await site.start(site.spawner()) }
            #expect(error?.kind == .refused)
            #expect(error?.message.english.contains("images.allowed") == true)
        }
        try await Site.run({ $0.profiles[0].image = "127.0.0.1:1/missing:1" }) { site in
            let error = await #expect(throws: LauncherError.self) { try await site.start(site.spawner()) }
            #expect(error?.kind == .failed)
            #expect(error?.message.english.contains("could not be fetched") == true)
            let left = try await site.spawner().list()
            #expect(left.isEmpty)
        }
        try await Site.run { site in
            for name in ["Upper", "-a", "../x", String(repeating: "a", count: 31)] {
                let error = await #expect(throws: LauncherError.self) { try await site.start(site.spawner(), name: name) }
                #expect(error?.kind == .invalid)
            }
        }
    }

    @Test func saysThatThereIsNoGPU() async throws {
        try await Site.run({ $0.profiles[0].gpus = .devices(["GPU-00000000-0000-0000-0000-000000000000"]) }) { site in
            let error = await #expect(throws: LauncherError.self) { try await site.start(site.spawner()) }
            #expect(error?.kind == .failed)
            // Without NVIDIA's toolkit the engine has no driver; with it, it knows no such device.
            #expect(error?.message.english.lowercased().contains("gpu") == true)
            let left = try await site.engine.containers(labels: ["\(ServerLabels.installation)=\(site.configuration.state)"])
            #expect(left == [])
        }
    }

    /// A launcher was killed between making a container and starting it.
    @Test func clearsUpAfterAHalfStart() async throws {
        try await Site.run { site in
            let spawner = site.spawner()
            let record = try await site.start(spawner)
            try await spawner.stop(site.id)
            var spec = ContainerSpec(image: "berth/trial:1", command: ["true"])
            spec.labels = ServerLabels(id: record.id, uid: record.uid, profile: "", environment: "", configuration: "")
                .labels(installation: site.configuration.state)
            spec.environment["BERTH_SECRET"] = "x"
            let half = try await site.engine.create(spec, named: record.container + "-half")
            let listed = try await spawner.list()
            #expect(listed == [])
            _ = try await site.start(spawner)
            await #expect(throws: DockerError.self) { try await site.engine.inspect(half) }
        }
    }

    /// What a person once set for a Jupyter of their own.
    @Test func livesWithThePersonsOwnConfiguration() async throws {
        try await Site.run { site in
            let folder = site.account.home + "/.jupyter"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try """
            c.ServerApp.ip = "0.0.0.0"
            c.ServerApp.port = 9999
            c.ServerApp.certfile = "/home/me/cert.pem"
            c.ServerApp.keyfile = "/home/me/key.pem"
            c.ServerApp.base_url = "/elsewhere/"
            c.ServerApp.allow_origin = "*"
            c.IdentityProvider.token = "a-token"
            c.PasswordIdentityProvider.hashed_password = "argon2:x"
            """.write(toFile: folder + "/jupyter_server_config.py", atomically: true, encoding: .utf8)
            let record = try await site.start(site.spawner())
            try await site.waitUntilServing(record)
            let base = "/user/\(site.account.name)"
            #expect(try await site.ask(record, base + "/api/me").status == 200)
            #expect(try await site.ask(record, base + "/api/me?token=a-token", auth: nil).status == 403)
            #expect(try await site.ask(record, base + "/lab").text.contains(#""token": """#))
        }
    }
}
