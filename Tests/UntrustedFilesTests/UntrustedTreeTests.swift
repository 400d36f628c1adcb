import Foundation
import Testing
import UntrustedFiles

/// Trees that somebody else has made, as root.
@Suite struct UntrustedTreeTests {
    private let folder = "/var/tmp/berth-untrusted-\(UUID().uuidString.prefix(8))"

    @Test func removesWhatAUserPlantedAndNothingBeyond() throws {
        defer { _ = try? Self.shell("rm -rf \(folder)") }
        try Self.shell("mkdir -p \(folder)/mine/deep/er \(folder)/others; touch \(folder)/others/file \(folder)/mine/deep/file")
        try Self.shell("ln -s ../others \(folder)/mine/link; ln -s / \(folder)/mine/deep/root; mkfifo \(folder)/mine/pipe")
        try UntrustedTree.remove(folder + "/mine")
        try UntrustedTree.remove(folder + "/mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["others"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/others") == ["file"])
        // A link in the place of the directory itself.
        try Self.shell("ln -s others \(folder)/mine")
        try UntrustedTree.remove(folder + "/mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/others") == ["file"])
    }

    /// A level must cost neither a descriptor nor a frame of the stack: a user may make as many as they like.
    @Test func removesATreeDeeperThanThereAreDescriptors() throws {
        defer { _ = try? Self.shell("rm -rf \(folder)") }
        try Self.shell(
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

    private static func shell(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script)")
    }
}
