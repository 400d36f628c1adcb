import Testing

@testable import Environments

@Suite("For which host a recipe is solved")
struct TargetTests {
    private func target(
        _ platform: String? = nil, cuda: String? = nil, asOf: String? = nil, configured: [String] = ["__cuda=12.8", "__glibc=2.36"]
    ) throws -> Target {
        try Target(platform: platform, cuda: cuda, asOf: asOf, host: "linux-64", configured: configured)
    }

    @Test("The host has what is configured; a CUDA that is given takes the place of the configured one")
    func host() throws {
        #expect(try target().virtualPackages == ["__cuda=12.8", "__glibc=2.36"])
        #expect(try target(cuda: "12.4").virtualPackages == ["__glibc=2.36", "__cuda=12.4"])
        // The solver is not to find one in its own system either.
        #expect(try target(cuda: "none").virtualPackages == ["__glibc=2.36", "__cuda=none"])
        #expect(try target(cuda: "host").virtualPackages == ["__cuda=12.8", "__glibc=2.36"])
        #expect(try target("linux-64").isHost)
    }

    @Test("Another platform has what every one of its kind has, and of the configuration CUDA alone")
    func others() throws {
        let arm = try target("linux-aarch64")
        #expect(!arm.isHost)
        #expect(arm.virtualPackages == ["__unix=0", "__linux=4.18", "__glibc=2.28", "__archspec=1=aarch64", "__cuda=12.8"])
        let mac = try target("osx-arm64", cuda: "12.4").virtualPackages
        #expect(mac == ["__unix=0", "__osx=13.0", "__archspec=1=m1"])
        #expect(try target("win-64", cuda: "12.4").virtualPackages == ["__win=0", "__archspec=1=x86_64", "__cuda=12.4"])
    }

    @Test("What is given by hand takes the place of what is known, where a system of the platform can have it")
    func given() throws {
        let given = ["__glibc=2.17", "__archspec=x86_64_v3", "__osx=14.0", "__linux=none"]
        func packages(_ platform: String, cuda: String? = nil) throws -> [String] {
            try Target(
                platform: platform, cuda: cuda, virtualPackages: given, host: "linux-64", configured: ["__cuda=12.8", "__glibc=2.36"]
            ).virtualPackages
        }
        #expect(
            try packages("linux-64", cuda: "12.4")
                == ["__archspec=1=x86_64_v3", "__cuda=12.4", "__glibc=2.17", "__linux=none"])
        #expect(try packages("linux-aarch64") == ["__unix=0", "__cuda=12.8", "__archspec=1=x86_64_v3", "__glibc=2.17"])
        #expect(try packages("osx-arm64") == ["__unix=0", "__archspec=1=x86_64_v3", "__osx=14.0"])
    }

    @Test("What is said now counts, what was said before of others stays, and “host” forgets")
    func kept() throws {
        let before = try VirtualPackages(["__glibc=2.17", "__archspec=1=zen4"], cuda: "12.4")
        let now = try VirtualPackages(["__archspec=host", "__cuda=none"]).over(before)
        #expect(now.cuda == "none" && now.others == ["__glibc=2.17"])
        #expect(try VirtualPackages(now.others, cuda: now.cuda) == now)
        #expect(try VirtualPackages([], cuda: "host").over(before).cuda == nil)
    }

    @Test(
        "What is no virtual package is refused",
        arguments: [
            "__glibc", "glibc=2.17", "__glibc=", "__glibc=new", "__glibc=2.17=", "__glibc=2.17=0=0", "__cuda=12.4=0", "__cuda=twelve",
            "__x y=1", "__glibc=2.17\n", "__archspec=", "",
        ])
    func noVirtualPackage(text: String) throws {
        let error = try #require(throws: TargetError.self) { try VirtualPackages([text]) }
        #expect(error.description.contains("is no virtual package"), "\(error)")
    }

    @Test func twiceIsOnceTooMany() throws {
        #expect(throws: TargetError.self) { try VirtualPackages(["__cuda=12.4"], cuda: "12.6") }
        #expect(throws: TargetError.self) { try VirtualPackages(["__glibc=2.17", "__glibc=2.28"]) }
    }

    @Test("A day counts to its end")
    func day() throws {
        #expect(try target(asOf: "2026-01-31").cutOff == "2026-01-31T23:59:59+00:00")
        #expect(try target().cutOff == nil)
    }

    @Test(
        "What can't be is refused with what to write",
        arguments: [
            ("linux-66", nil, nil, "Did you mean “linux-64”?"), ("../x", nil, nil, "no platform"), (nil, "12,4", nil, "such as 12.4"),
            (nil, "", nil, "no version of CUDA"), (nil, "12.4.1.1", nil, "no version of CUDA"), (nil, nil, "2026-02-31", "no day"),
            (nil, nil, "yesterday", "2026-01-31"),
        ] as [(String?, String?, String?, String)])
    func refused(platform: String?, cuda: String?, asOf: String?, words: String) throws {
        let error = try #require(throws: TargetError.self) { try target(platform, cuda: cuda, asOf: asOf) }
        #expect(error.description.contains(words), "\(error)")
    }
}
