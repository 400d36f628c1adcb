import Foundation
import TLS
import Testing

@testable import Store

@Suite("The builder: what does not compile, and what could not be compiled")
struct CompilingTests {
    @Test("A source that is at fault is left out, and those after it are compiled")
    func faults() throws {
        let bench = try CompilingBench()
        // The parser calls it too little memory.
        let deep = String(repeating: "-", count: 100_000) + "4\n"
        let run = try bench.compile(["good": "x = 1\n", "old": "print 1\n", "deep": deep, "last": "y = 2\n"])
        #expect(run.status == 0, "\(run.text)")
        #expect(try bench.compiled == ["good", "last", "tag"])
    }

    @Test("A source that is not what was noted of it is not compiled: its bytecode would be everybody's")
    func other() throws {
        let run = try CompilingBench().compile(["a": "x = 1\n"], noted: Digest(sha256: "x = 2\n".utf8).description)
        #expect(run.status == 1 && run.text.contains("a.py is not the file that was linked"), "\(run.text)")
    }

    @Test("A disk that takes no more ends the step, and says so")
    func disk() throws {
        let bench = try CompilingBench()
        let long = (0..<2000).map { "name_\($0) = \($0)\n" }.joined()
        // No file may grow beyond 4 KiB: errno 27, where a full disk has 28.
        let run = try bench.compile(["short": "x = 1\n", "long": long], after: "ulimit -f 4")
        #expect(run.status == 1)
        #expect(run.text.contains(#""code": "system""#) && run.text.contains("Errno 27"), "\(run.text)")
    }

    @Test("What the kernel kills for want of memory gets all of it, alone; killed again it ends the step")
    func killed() throws {
        let bench = try CompilingBench()
        // A fake: a test can't have the kernel choose.
        try bench.replaceInterpreter(together: "kill -9 $$", alone: "printf .")
        var run = try bench.compile(["a": "x = 1\n", "b": "y = 2\n"])
        #expect(run.status == 0, "\(run.text)")
        try bench.replaceInterpreter(together: "printf .", alone: "false")
        run = try bench.compile(["a": "x = 1\n", "b": "y = 2\n"])
        #expect(run.status == 0, "\(run.text)")
        try bench.replaceInterpreter(together: "kill -9 $$", alone: "kill -9 $$")
        run = try bench.compile(["a": "x = 1\n", "b": "y = 2\n"])
        #expect(run.status == 1 && run.text.contains("Errno 12"), "\(run.text)")
    }
}

/// The builder's program on this host, with this host's Python.
private final class CompilingBench {
    private let folder = URL(filePath: "/var/tmp/berth-compiling-" + UUID().uuidString)
    private var scratch = URL(filePath: "/")
    private var interpreter: URL { folder.appending(path: "interpreter/bin/python") }

    init() throws {
        try FileManager.default.createDirectory(at: interpreter.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: interpreter, withDestinationURL: URL(filePath: "/usr/bin/python3"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private var names: [String: String] = [:]

    /// What was compiled, by name.
    var compiled: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: scratch.appending(path: "bytecode").path).map { names[$0] ?? $0 }.sorted()
        }
    }

    /// - Parameters:
    ///   - together: What compiles the share of a core, in the shell's words.
    ///   - alone: What compiles one source.
    func replaceInterpreter(together: String, alone: String) throws {
        try FileManager.default.removeItem(at: interpreter)
        try """
        #!/bin/bash
        case "$*" in
            *cache_tag*) printf cpython-311;;
            */source) \(alone);;
            *) \(together);;
        esac
        """.write(to: interpreter, atomically: true, encoding: .utf8)
        try #require(chmod(interpreter.path, 0o755) == 0)
    }

    /// - Parameters:
    ///   - sources: Texts by name.
    ///   - noted: The digest that is believed, in place of the right one.
    ///   - preparation: A command of the shell that goes before.
    func compile(
        _ sources: [String: String], noted: String? = nil, after preparation: String = "true"
    ) throws -> (status: Int32, text: String) {
        scratch = folder.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        for (name, text) in sources { try Data(text.utf8).write(to: scratch.appending(path: "\(name).py")) }
        var request = BuilderRequest()
        request.sources = sources.sorted { $0.key < $1.key }.map { name, text in
            let digest = noted ?? Digest(sha256: text.utf8).description
            names[digest] = name
            return PythonSource(path: "\(name).py", sha256: digest)
        }
        request.prefix = scratch.path
        request.interpreter = folder.appending(path: "interpreter").path
        request.scratch = scratch.path
        let file = scratch.appending(path: "request.json")
        try JSONEncoder().encode(request).write(to: file)
        let program = Bench.root.appending(path: "Sources/Store/Builder/builder.py").path
        return Bench.run("/bin/bash", "-c", "\(preparation); exec /usr/bin/python3 -B \(program) compile \(file.path)")
    }
}
