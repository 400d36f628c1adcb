import CLinux
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

    /// A name is bytes, and the tree is its owner's: nothing in it may keep it from being removed.
    @Test func removesWhatIsNoUTF8() throws {
        defer { _ = try? Self.shell("rm -rf \(folder)") }
        try Self.shell(
            """
            mkdir -p \(folder)/mine && python3 -c '
            import os
            top = b"\(folder)/mine/"
            os.makedirs(top + b"dir\\xff/in\\xfe")
            for name in [b"\\xff", b"dir\\xff/file", b"dir\\xff/in\\xfe/\\xfd", b"\\xcc\\x81"]: open(top + name, "w").close()
            '
            """)
        try UntrustedTree.remove(folder + "/mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    /// A link may lead anywhere within a tree, and nowhere else.
    @Test func opensWhatIsBelow() throws {
        defer { _ = try? Self.shell("rm -rf \(folder)") }
        try Self.shell("mkdir -p \(folder)/tree/real; touch \(folder)/tree/real/file \(folder)/beside")
        try Self.shell("cd \(folder)/tree; ln -s real within; ln -s .. out; ln -s \(folder) away; ln -s real/file last")
        let top = open(folder + "/tree", O_RDONLY | O_DIRECTORY)
        try #require(top >= 0)
        defer { close(top) }
        func opens(_ path: String, _ flags: CInt = O_RDONLY) -> Bool {
            guard let descriptor = UntrustedDirectory.open(path, below: top, flags) else { return false }
            close(descriptor)
            return true
        }
        #expect(opens("real/file") && opens("within/file") && opens("real/../within/file"))
        #expect(opens("within/file", LINUX_O_PATH) && opens("last", LINUX_O_PATH) && !opens("out/beside", LINUX_O_PATH))
        for path in ["../beside", "out/beside", "away/beside", folder + "/beside", "real/absent", "last"] {
            #expect(!opens(path), "\(path)")
        }
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
