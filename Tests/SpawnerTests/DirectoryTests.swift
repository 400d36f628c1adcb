import Configuration
import Foundation
import LauncherProtocol
import Testing

@testable import Spawner

/// Directories of the host, as root.
@Suite struct DirectoryTests {
    private let folder = "/var/tmp/berth-directory-\(UUID().uuidString.prefix(8))"

    @Test func removesWhatAUserPlantedAndNothingBeyond() throws {
        defer { _ = try? Site.shell("rm -rf \(folder)") }
        try Site.shell("mkdir -p \(folder)/mine/deep/er \(folder)/others; touch \(folder)/others/file \(folder)/mine/deep/file")
        try Site.shell("ln -s ../others \(folder)/mine/link; ln -s / \(folder)/mine/deep/root; mkfifo \(folder)/mine/pipe")
        try UntrustedTree.remove(folder + "/mine")
        try UntrustedTree.remove(folder + "/mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["others"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/others") == ["file"])
        // A link in the place of the directory itself.
        try Site.shell("ln -s others \(folder)/mine")
        try UntrustedTree.remove(folder + "/mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/others") == ["file"])
    }

    /// A level must cost neither a descriptor nor a frame of the stack: a user may make as many as they like.
    @Test func removesATreeDeeperThanThereAreDescriptors() throws {
        defer { _ = try? Site.shell("rm -rf \(folder)") }
        try Site.shell(
            """
            mkdir -p \(folder) && python3 -c '
            import os
            os.chdir("\(folder)")
            os.mkdir("deep"); os.chdir("deep")
            for level in range(20000):
                os.mkdir("d"); os.chdir("d")
            open("file", "w").close()
            '
            """)
        try UntrustedTree.remove(folder + "/deep")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

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
        #expect(error?.message.contains("does not exist") == true && error?.message.contains("homes.create") == true)
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
        #expect(error?.message.contains("no home directory of its own") == true)
    }
}
