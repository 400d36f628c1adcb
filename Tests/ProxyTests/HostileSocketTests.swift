import Foundation
import Testing

@testable import Proxy

@Suite("What a user may plant in the place of a server's socket")
struct HostileSocketTests {
    @Test("a link to another socket is refused", arguments: ["hub.sock", "alice.sock"])
    func link(to name: String) async throws {
        try await Scene.run { scene in
            try FileManager.default.createSymbolicLink(
                atPath: scene.directory + "/planted.sock", withDestinationPath: scene.directory + "/" + name)
            scene.change { $0.servers[ServerKey(owner: "alice")]?.socketName = "planted.sock" }
            let answer = try #require(scene.get("/user/alice/api", Scene.cookie))
            #expect(answer.status == 502)
            #expect(eventually { scene.log.text.contains("link or not a socket") })
            #expect(scene.hub.accepted == 0)
        }
    }

    @Test("a listener of another UID is refused")
    func wrongUID() async throws {
        try #require(getuid() == 0, "this test makes a process with another UID and needs root")
        try await Scene.run { scene in
            try FileManager.default.createDirectory(atPath: scene.directory + "/open", withIntermediateDirectories: false)
            chmod(scene.directory + "/open", 0o777)
            let path = scene.directory + "/open/s"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments = [
                "--reuid=65534", "--clear-groups", "/usr/bin/perl", "-MIO::Socket::UNIX", "-e",
                "$s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die $!; <STDIN>", path,
            ]
            let input = Pipe()
            process.standardInput = input
            try process.run()
            defer { process.terminate() }
            scene.change {
                $0.servers[ServerKey(owner: "alice")] = ServerRoute(
                    socketDirectory: scene.directory + "/open", socketName: "s", uid: 1000, secret: "door")
            }
            #expect(eventually { scene.get("/user/alice/api", Scene.cookie)?.status == 502 })
            #expect(eventually { scene.log.text.contains("belongs to UID 65534, not to UID 1000") })
        }
    }

    @Test("a link in the place of the directory is refused")
    func directory() async throws {
        try await Scene.run { scene in
            try FileManager.default.createSymbolicLink(
                atPath: scene.directory + "/linked", withDestinationPath: scene.directory)
            scene.change { $0.servers[ServerKey(owner: "alice")]?.socketDirectory = scene.directory + "/linked" }
            #expect(scene.get("/user/alice/api", Scene.cookie)?.status == 502)
        }
    }
}
