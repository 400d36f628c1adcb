import Foundation
import Testing

@testable import Store

@Suite("The store: what a build's manifest says")
struct ManifestTests {
    @Test("It is read as it was written, whatever the files are called")
    func roundTrip() throws {
        let file = "/var/tmp/berth-manifest-" + UUID().uuidString
        defer { unlink(file) }
        var contents = BuildContents()
        let status = try status(of: "/var/tmp")
        for name in ["lib/a.py", "a \"b\" \\ c", "line\nfeed\u{1}\u{7f}\t", "ünïcode/…/🚢", "{", ""] {
            contents.note(name, digest: "digest of \(name)", status)
        }
        contents.note("link", link: "a/\"b\"", status)
        for contents in [contents, BuildContents()] {
            let manifest = Manifest(of: contents)
            try manifest.write(to: file)
            #expect(try Manifest(from: file) == manifest)
            #expect(manifest.files.count == contents.texts.count)
        }
    }

    @Test("What is noted while a tree is read is what a manifest reads, and the disk that it takes is counted once a file")
    func contents() throws {
        let root = "/var/tmp/berth-contents-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in ["lib/a.py": "a", "lib/c.py": "c", "bin/tool": "tool", "share/b.py": "b"] {
            let file = URL(filePath: "\(root)/\(path)")
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try #require(link("\(root)/lib/a.py", "\(root)/lib/again.py") == 0 && symlink("a.py", "\(root)/lib/link.py") == 0)
        try #require(chmod("\(root)/bin/tool", 0o6750) == 0)
        var known = KnownDigests()
        known.note("known", inode: try status(of: "\(root)/lib/a.py").st_ino)
        let contents = try BuildContents(reading: root, known: known, owner: 64_101)
        var files = try Manifest(of: root).files
        #expect(Set(contents.texts.keys) == Set(files.keys))
        (files["lib/a.py"], files["lib/again.py"]) = ("known", "known")
        #expect(contents.texts == files)
        #expect(Set(contents.sources.map(\.path)) == ["lib/a.py", "lib/again.py", "lib/c.py"])
        #expect(contents.size == (try DiskUsage(of: [root]).bytes))
        let tool = try status(of: "\(root)/bin/tool")
        #expect(tool.st_uid == 64_101 && tool.st_mode & 0o7777 == 0o755)
        #expect(try status(of: "\(root)/share").st_mode & 0o7777 == 0o777)
    }

    @Test("Names that Swift takes for one are two, and one that is no UTF-8 is its own")
    func alike() throws {
        let root = "/var/tmp/berth-alike-" + UUID().uuidString
        defer { _ = try? Process.run(URL(filePath: "/bin/rm"), arguments: ["-rf", root]).waitUntilExit() }
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        let names: [[UInt8]] = [Array("e\u{301}".utf8), Array("\u{e9}".utf8), [0xff], [0xfe], Array("\u{fffd}".utf8)]
        for name in names {
            let path = (Array("\(root)/".utf8) + name + [0]).map { CChar(bitPattern: $0) }
            let file = open(path, O_CREAT | O_WRONLY, 0o644)
            try #require(file >= 0)
            close(file)
        }
        let manifest = try Manifest(of: root)
        #expect(manifest.files.count == names.count)
        #expect(try BuildContents(reading: root, known: KnownDigests(), owner: 0).texts == manifest.files)
        for path in ["lib/ünïcode/…/🚢.py", "é", "plain/a.py", "a//"] { #expect(Manifest.path(Manifest.key(path.utf8)) == path) }
        let gone = manifest.differences(in: Manifest(of: BuildContents()))
        #expect(gone.count == names.count && gone.contains { $0.path == "\u{e9}" })
    }
}
