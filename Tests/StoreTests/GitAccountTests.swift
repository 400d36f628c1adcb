import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

/// Git runs as an account that owns the repositories and nothing else; in real repositories, without an engine.
@Suite struct GitAccountTests {
    private let bare = BareStore()
    private let name = EnvironmentName("lab")

    /// What is said by a shell that git starts, as it starts hooks and helpers.
    private func said(by git: Git, _ script: String) throws -> [String] {
        let output = try git.run(["-c", "alias.try=!f() { \(script)\n}; f", "try"])
        #expect(output.status == 0, "\(output.errors)")
        return String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func owners(below path: String) throws -> Set<UInt32> {
        var owners: Set<UInt32> = []
        try Tree.walk(path) { (_, status) throws(FileError) in owners.insert(status.st_uid) }
        return owners
    }

    @Test("What git runs has no capabilities, and reads and changes its repositories alone")
    func reach() async throws {
        let store = try bare.store(), name = try #require(name), layout = store.layout
        try bare.make("lab", in: store)
        _ = try await store.share("lab", of: 1500, with: "@class", as: .use)
        try store.writePushHooks(program: "/bin/true")
        let folder = layout.repositories + "/1500", repository = "\(folder)/lab.git"
        let git = try store.repositories.repository(name, for: 1500)
        #expect(
            try said(by: git, "id -u; id -G; grep -hE '^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs):' /proc/self/status | cut -f 2 | sort -u")
                == ["64103", "64103", "0000000000000000", "1"])
        let able = [
            "cat \(repository)/HEAD", "touch \(repository)/mine", "ls \(repository)/objects", "cat \(layout.pushHooks)/pre-receive",
        ]
        let launcher = ProcessInfo.processInfo.processIdentifier
        let unable = [
            "ls \(layout.store)", "cat \(layout.lock(try store.repositories.current(name, for: 1500).0.build))",
            "ls \(layout.repositories)", "ls \(folder)", "cat \(folder)/lab.grants.json", "touch \(folder)/mine",
            "touch \(layout.pushHooks)/pre-receive", "mkdir \(folder)/new.git", "cat /etc/shadow", "cat /proc/\(launcher)/environ",
            "ls /proc/\(launcher)/fd", "ls /proc/\(launcher)/cwd/", "kill -0 \(launcher)",
        ]
        for (scripts, expected) in [(able, "yes"), (unable, "no")] {
            let script = scripts.map { "if \($0) >/dev/null 2>&1; then echo yes; else echo no; fi" }.joined(separator: "\n")
            let answers = try said(by: git, script)
            #expect(answers == scripts.map { _ in expected }, "\(zip(scripts, answers).filter { $0.1 != expected })")
        }
        // All of it is there for root.
        for script in unable { #expect(Bench.run("/bin/sh", "-c", script + " >/dev/null").status == 0, "\(script)") }
        // Nobody else passes through.
        let stranger = Git(repository: repository, account: 64_102)
        #expect(try stranger.run(["rev-parse", "main"]).status != 0)
    }

    @Test("Repositories that were root's are given to git's account, whole, also after a crash, and no link is followed")
    func takenOver() async throws {
        let store = try bare.store(), layout = store.layout
        for name in ["lab", "old"] { try bare.make(name, in: store) }
        try await store.remove("old", for: 1500, ownerName: "anna")
        let folder = layout.repositories + "/1500", removed = try #require(store.repositories.removed(for: 1500).first)
        let outside = bare.state + "/outside"
        try Data().write(to: URL(filePath: outside))
        // As a launcher left it that ran git as root.
        #expect(Bench.run("/bin/chown", "-R", "0:0", folder).status == 0)
        for path in [folder, layout.removed(of: 1500)] { #expect(chmod(path, 0o700) == 0) }
        for path in ["\(folder)/lab.git", layout.removed(removed, of: 1500)] { #expect(chmod(path, 0o755) == 0) }
        #expect(symlink(outside, "\(folder)/lab.git/link") == 0)
        await #expect(throws: StoreError.self) { try await store.history(of: "lab", for: 1500) }
        // A crash in the middle: a part has been given.
        #expect(Bench.run("/bin/chown", "-R", "64103:64103", "\(folder)/lab.git/objects").status == 0)

        // The launcher's start.
        await store.sweep()
        #expect(try await store.history(of: "lab", for: 1500).count == 1)
        for path in ["\(folder)/lab.git", layout.removed(removed, of: 1500)] {
            #expect(try owners(below: path) == [64_103])
            #expect(try status(of: path).st_mode & 0o7777 == 0o700)
        }
        for path in [layout.repositories, folder, layout.removed(of: 1500)] {
            let status = try status(of: path)
            #expect(status.st_uid == 0 && status.st_gid == 64_103 && status.st_mode & 0o7777 == 0o710, "\(path)")
        }
        #expect(try status(of: outside).st_uid == 0)
        try bare.make("lab", greeting: "again", in: store)
        #expect(try await store.bringBack("old", as: nil, for: 1500).name == "old")
    }

    @Test("Hooks that git's account can't run are refused at once")
    func program() throws {
        let store = try bare.store(), folder = bare.state + "/store/closed"
        try makeDirectory(folder, mode: 0o755)
        try FileManager.default.copyItem(atPath: "/bin/true", toPath: folder + "/berth")
        let error = #expect(throws: StoreError.self) { try store.writePushHooks(program: folder + "/berth") }
        #expect(error?.message.english.contains("UID 64103") == true)
    }
}
