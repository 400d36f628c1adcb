import Environments
import Testing

@Suite("Locks compared and explained") struct LockDiffTests {
    private func lock(_ packages: [String], pip: [String] = []) -> Lock {
        Lock(
            platform: "linux-64", packages: LintTests.lock(packages).packages,
            pip: pip.map { text in
                let parts = text.split(separator: "=").map(String.init)
                return PipPackage(name: parts[0], version: parts[1], url: "u/\(text)", sha256: nil, direct: false)
            })
    }

    @Test("Each direction, and who is to blame") func directions() {
        let old = lock(["app=1: lib", "lib=1.9: base", "base=2", "gone=1", "same=1"], pip: ["Six=1.16", "dep=1"])
        let new = lock(["app=1: lib", "lib=1.10: base helper", "base=1.0", "helper=3", "same=1"], pip: ["six=1.17", "dep=1"])
        let diff = LockDiff(from: old, to: new, asked: (["app", "gone", "six"], ["app", "six"]))
        #expect(
            diff.changes.map(\.description) == [
                "↓ base 2 → 1.0 (pulled in by lib)", "- gone 1 (asked for)", "+ helper 3 (pulled in by lib)",
                "↑ lib 1.9 → 1.10 (pulled in by app)", "↑ six 1.16 → 1.17 (asked for)",
            ])
        #expect(diff.changes.map(\.direction) == [.down, .removed, .added, .up, .up])
        #expect(LockDiff(from: new, to: new).changes.isEmpty)
    }

    @Test("The same version from another file, and from pip in place of conda") func rebuilt() {
        func one(_ build: String, _ hash: String) -> Lock {
            Lock(
                platform: "linux-64",
                packages: [
                    CondaPackage(
                        name: "a", version: "1", build: build, url: "u", sha256: hash, md5: nil, size: nil, subdir: "noarch", depends: [])
                ])
        }
        #expect(LockDiff(from: one("h1_0", "aa"), to: one("h2_0", "bb")).changes.map(\.description) == ["= a 1 h1_0 → 1 h2_0 (asked for)"])
        #expect(LockDiff(from: one("h1_0", "aa"), to: one("h1_0", "bb")).changes.map(\.direction) == [.rebuilt])
        #expect(LockDiff(from: one("h1_0", "aa"), to: one("h1_0", "aa")).changes.isEmpty)
        #expect(
            LockDiff(from: one("h1_0", "aa"), to: lock([], pip: ["A=1"])).changes.map(\.description) == [
                "= A 1 h1_0 → 1 from pip (asked for)"
            ])
    }

    @Test("Platform, variables and pip's options count too, and values stay private") func settings() {
        let one = Lock(platform: "linux-64", packages: [], pipOptions: ["--pre"], variables: ["A": "1", "B": "secret", "C": "3"])
        let other = Lock(platform: "osx-64", packages: [], variables: ["A": "1", "B": "hidden", "D": "4"])
        let diff = LockDiff(from: one, to: other)
        #expect(diff.changes.isEmpty && !diff.isEmpty)
        #expect(diff.settings == ["= platform linux-64 → osx-64", "= variable B", "- variable C", "+ variable D", "= options of pip"])
        #expect(LockDiff(from: one, to: one).isEmpty)
    }

    @Test("Without recipes, what nothing needs counts as asked for") func unknown() {
        let diff = LockDiff(from: lock([]), to: lock(["app=1: lib", "lib=2"], pip: ["x=1"]))
        #expect(diff.changes.map(\.reason) == [.asked, .pulledIn(by: ["app"]), .asked])
    }

    @Test("Chains from everything that was asked for, the shortest first") func chains() throws {
        let lock = lock(
            ["app=1: a b", "tool=1: c", "a=1: b", "b=1: c", "c=1: __glibc", "loop=1: pool", "pool=1: loop"], pip: ["x=1", "y=1"])
        let c = try #require(Explanation(of: "C", in: lock, asked: ["app", "tool", "x"]))
        #expect(c.chains == [["tool", "c"], ["app", "b", "c"]])
        #expect(c.neededBy == ["b", "tool"])
        #expect(!c.isAsked)
        #expect(c.text(limit: 1) == "c 1\n  tool → c\n  and 1 more\n")
        #expect(Explanation(of: "app", in: lock, asked: ["app"])?.text() == "app 1\n  The recipe asks for it.\n")
        #expect(Explanation(of: "c", in: lock)?.chains == c.chains)
        #expect(
            Explanation(of: "pool", in: lock, asked: ["app"])?.text().contains("Nothing that the recipe asks for needs it; loop does.")
                == true)
        #expect(Explanation(of: "x", in: lock, asked: ["x"])?.isAsked == true)
        #expect(Explanation(of: "y", in: lock, asked: ["x"])?.text().contains("pip installed it") == true)
        #expect(Explanation(of: "nothing", in: lock) == nil)
    }

    @Test("The least that brings the same: circles keep one, choices stay") func roots() throws {
        let recipe = try Recipe(
            yaml: "dependencies: [python=3.11, numpy, app, lib=1.0, base>=2, here::there, loop, pool, absent, pip]")
        let lock = lock([
            "python=3.11: pip", "pip=24: python", "numpy=2", "app=1: lib base numpy there", "lib=1.0", "base=2", "there=1", "loop=1: pool",
            "pool=1: loop",
        ])
        let roots = lock.minimalRoots(of: recipe)
        #expect(roots.superfluous == ["lib", "loop"])
        #expect(roots.kept == ["python=3.11", "numpy", "app", "base>=2", "here::there", "pool", "absent", "pip"])
        #expect(
            LockGraph(lock).closure(of: roots.kept.compactMap { $0.split(separator: "=").first.map(String.init) } + ["base", "there"])
                == Set(lock.packages.map(\.name)))
    }
}
