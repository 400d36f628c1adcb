import Testing

@testable import Environments

@Suite struct LineDiffTests {
    @Test("What is different stands where it is, with a few lines around it")
    func excerpt() {
        let old = "name: a\nchannels: [x]\ndependencies:\n  - b\n  - c\n  - d\n  - e\n"
        let new = "name: a\nchannels: [x]\ndependencies:\n  - b\n  - c\n  - d=2\n  - e\n  - f\n"
        let diff = LineDiff(from: old, to: new)
        #expect(!diff.isEmpty)
        #expect(
            diff.excerpt(around: 1).map { $0?.description } == ["    - c", "-   - d", "+   - d=2", "    - e", "+   - f"])
        let far = LineDiff(from: "1\n2\n3\n4\n5\n6\n", to: "0\n1\n2\n3\n4\n5\n7\n")
        #expect(far.excerpt(around: 1).map { $0?.description } == ["+ 0", "  1", nil, "  5", "- 6", "+ 7"])
    }

    @Test("The same text has no difference, with or without its last end of line")
    func same() {
        #expect(LineDiff(from: "a\nb\n", to: "a\nb\n").isEmpty)
        #expect(LineDiff(from: "", to: "").lines.isEmpty)
        #expect(LineDiff(from: "a\nb\n", to: "a\nb\n").excerpt().isEmpty)
    }

    @Test("A lock is for GPUs where something in it asks for CUDA")
    func cuda() {
        func lock(_ depends: [String], name: String = "a") -> Lock {
            Lock(
                platform: "linux-64",
                packages: [
                    CondaPackage(
                        name: name, version: "1", build: "0", url: "https://h/c/linux-64/a-1-0.conda", sha256: nil, md5: nil, size: nil,
                        subdir: "linux-64", depends: depends)
                ])
        }
        #expect(lock(["__cuda >=12"]).needsCUDA && lock(["cuda-version >=12,<13"]).needsCUDA && lock([], name: "cuda-version").needsCUDA)
        #expect(!lock(["numpy", "__glibc >=2.17"]).needsCUDA)
    }

    @Test("Texts that have little in common take no memory with the square of their lines") func large() {
        let old = (0..<60_000).map { "# a\($0)" }.joined(separator: "\n"), new = (0..<60_000).map { "# b\($0)" }.joined(separator: "\n")
        let diff = LineDiff(from: "same\n\(old)\nend\n", to: "same\n\(new)\nend\n")
        #expect(diff.lines.count { $0.kind == .removed } == 60_000 && diff.lines.count { $0.kind == .added } == 60_000)
        #expect(diff.lines.first?.kind == .same && diff.lines.last?.kind == .same)
    }
}
