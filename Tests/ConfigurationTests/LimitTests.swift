import Configuration
import Testing

@Suite("Which limit and which times are an account's")
struct LimitTests {
    private let configuration: BerthConfiguration

    init() throws {
        configuration = try BerthConfiguration(
            yaml: """
                servers: {cull: {after: 12h, max_age: 7d}}
                environments: {quota: 10g}
                profiles: [{name: cpu}, {name: gpu, cull: {after: 1h}}, {name: free, cull: {after: never}}]
                limits:
                  - {name: ada, users: [ada]}
                  - {name: students, groups: [students], environment_quota: 2g, cull: {after: 2h, max_age: never}}
                  - {name: rest, cull: {max_age: 1d}}
                """)
    }

    @Test("The first that names the account or a group of it")
    func first() {
        #expect(configuration.limit(account: "ada", groups: ["students"])?.name == "ada")
        #expect(configuration.limit(account: "bob", groups: ["staff", "students"])?.name == "students")
        #expect(configuration.limit(account: "eve", groups: [])?.name == "rest")
        #expect(BerthConfiguration().limit(account: "eve", groups: []) == nil)
    }

    @Test("A quota of the limit, else the general one")
    func quota() {
        #expect(configuration.environmentQuota(account: "bob", groups: ["students"]) == 2 << 30)
        #expect(configuration.environmentQuota(account: "ada", groups: ["students"]) == 10 << 30)
        #expect(BerthConfiguration().environmentQuota(account: "eve", groups: []) == nil)
    }

    @Test(
        "The shorter of profile and limit; the general one where neither says anything",
        arguments: [
            ("cpu", "ada", [String](), 43_200.0 as Double?, 604_800.0 as Double?),
            ("gpu", "ada", [], 3600, 604_800),
            ("free", "ada", [], nil, 604_800),
            ("gpu", "bob", ["students"], 3600, nil),
            ("free", "bob", ["students"], 7200, nil),
            ("cpu", "bob", ["students"], 7200, nil),
            ("cpu", "eve", [], 43_200, 86_400),
            ("no such profile", "ada", [], 43_200, 604_800),
        ])
    func times(profile: String, account: String, groups: [String], after: Double?, maxAge: Double?) {
        let times = configuration.cullTimes(profile: profile, account: account, groups: Set(groups))
        #expect(times.after == after && times.maxAge == maxAge)
    }

    @Test("A number of GPUs is exclusive, all and named ones are shared, unless the profile says otherwise")
    func sharing() throws {
        let profiles = try BerthConfiguration(
            yaml: """
                profiles:
                  - {name: a, gpus: 1}
                  - {name: b, gpus: all}
                  - {name: c, gpus: [GPU-1]}
                  - {name: d, gpus: 1, gpu_sharing: shared}
                  - {name: e, gpus: all, gpu_sharing: exclusive}
                """
        ).profiles
        #expect(profiles.map(\.sharesGPUs) == [false, true, true, true, false])
    }
}
