import Testing

@testable import Store

@Suite struct OwnedFilesTests {
    @Test("Records say which files are a package's, wherever they lie") func records() {
        let record = """
            humanize/__init__.py,sha256=abc,10
            ../../../bin/humanize,,
            "odd, name.py",sha256=def,3
            """
        #expect(
            OwnedFiles.inRecord(ofPip: record, from: "lib/python3.11/site-packages") == [
                "lib/python3.11/site-packages/humanize/__init__.py", "bin/humanize", "lib/python3.11/site-packages/odd, name.py",
            ])
        #expect(OwnedFiles.inRecord(ofConda: #"{"name": "x", "files": ["bin/x"]}"#) == ["bin/x"])
        #expect(OwnedFiles.inRecord(ofConda: "no record") == [])
        #expect(
            ["conda-meta/history", "lib/a/__pycache__/b.py", "lib/c.pyc", "lib/x-1.dist-info/INSTALLER"].allSatisfy(OwnedFiles.isByTheWay))
        #expect(!OwnedFiles.isByTheWay("notes.txt"))
    }
}
