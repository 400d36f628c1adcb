import Configuration
import Foundation
import LauncherProtocol
import Testing

@testable import Spawner

/// Directories of the host, as root.
@Suite struct DirectoryTests {
    private let folder = "/var/tmp/berth-directory-\(UUID().uuidString.prefix(8))"

    private func account(home: String) -> Account {
        Account(name: "someone", uid: 23_456, gid: 23_457, groups: [], fullName: "", home: home, shell: "/bin/sh")
    }

    private func settings(_ source: String, create: Bool) -> HomeConfiguration {
        var settings = HomeConfiguration()
        (settings.source, settings.create) = (source, create)
        return settings
    }

    @Test func makesAMissingHomeOnlyWhereItMay() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { _ = try? Site.shell("rm -rf \(folder)") }
        let account = account(home: "/home/someone")
        let error = #expect(throws: LauncherError.self) {
            try HomeDirectory(of: account, settings(folder + "/{user}", create: false)).prepare()
        }
        #expect(error?.message.english.contains("does not exist") == true && error?.message.english.contains("homes.create") == true)
        let home = HomeDirectory(of: account, settings(folder + "/{user}-{uid}", create: true))
        try home.prepare()
        try home.prepare()
        #expect(home.path == folder + "/someone-23456")
        #expect(try Site.shell("stat -c '%u %g %a' \(home.path)") == "23456 23457 700")
        try Site.shell("touch \(folder)/file")
        #expect(throws: LauncherError.self) { try HomeDirectory(of: account, settings(folder + "/file", create: true)).prepare() }
    }

    @Test(arguments: ["", "/", "relative"]) func refusesAHomeThatIsNone(home: String) {
        let error = #expect(throws: LauncherError.self) {
            try HomeDirectory(of: account(home: home), settings("{home}", create: true)).prepare()
        }
        #expect(error?.message.english.contains("no home directory of its own") == true)
    }
}
