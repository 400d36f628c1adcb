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
        let prefix = "/opt/berth/envs/" + String(repeating: "c", count: 32)
        for (path, text) in ["lib/a.py": "a", "lib/prefix.py": "\(prefix)/bin", "bin/tool": prefix, "share/b.py": "b"] {
            let file = URL(filePath: "\(root)/\(path)")
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try #require(link("\(root)/lib/a.py", "\(root)/lib/again.py") == 0 && symlink("a.py", "\(root)/lib/link.py") == 0)
        try #require(chmod("\(root)/bin/tool", 0o6750) == 0)
        var known = KnownDigests()
        known.note("known", inode: try status(of: "\(root)/lib/a.py").st_ino)
        let contents = try BuildContents(reading: root, prefix: prefix, known: known, owner: 64_101)
        var files = try Manifest(of: root).files
        #expect(Set(contents.texts.keys) == Set(files.keys))
        (files["lib/a.py"], files["lib/again.py"]) = ("known", "known")
        #expect(contents.texts == files)
        #expect(Set(contents.sources.map(\.path)) == ["lib/a.py", "lib/again.py", "lib/prefix.py"])
        #expect(contents.sources.filter(\.hasPrefix).map(\.path) == ["lib/prefix.py"])
        #expect(contents.size == (try DiskUsage(of: [root]).bytes))
        let tool = try status(of: "\(root)/bin/tool")
        #expect(tool.st_uid == 64_101 && tool.st_mode & 0o7777 == 0o755)
        #expect(try status(of: "\(root)/share").st_mode & 0o7777 == 0o777)
    }
}
