import Configuration
import Foundation
import Testing
import YAML

@Suite("berth.yaml: what is wrong is said, with its place and what to do")
struct ProblemTests {
    private func problems(_ yaml: String) throws -> [ConfigurationError.Problem] {
        try #require(throws: ConfigurationError.self) { try BerthConfiguration(yaml: yaml, checkingFiles: true) }.problems
    }

    @Test(
        "One mistake, one problem",
        arguments: [
            ("gatway: {}", 1, 1, "“gatway” is no key", "Did you mean “gateway”?"),
            ("login:\n  minuid: 5", 2, 3, "“minuid” is no key in “login”", "Did you mean “min_uid”?"),
            ("login:\n  wholly_else: 5", 2, 3, "“wholly_else” is no key in “login”", "The keys in “login” are: service, form"),
            ("login:\n  min_uid: many", 2, 12, "“login.min_uid” is the text “many”", "Write a UID"),
            ("login: {min_uid: 0}", 1, 18, "the number 0", "Write a UID from 1"),
            ("login: {form: both}", 1, 15, "“login.form” is the text “both”", "Write password or name."),
            ("login: {open_session: yes}", 1, 23, "the text “yes”", "Write true or false."),
            ("login: [1]", 1, 8, "“login” is a list", "key: value"),
            ("- a", 1, 1, "The file is a list", "key: value"),
            ("engine: {log_size: 3 apples}", 1, 20, "“engine.log_size”", "Write a size such as"),
            ("login: {deadline: 1h30}", 1, 19, "“login.deadline”", "Write a duration such as"),
            ("login: {deadline: -3s}", 1, 19, "“login.deadline”", "Write a duration such as"),
            ("gateway: {listen: ['http://0.0.0.0:80']}", 1, 20, "Plain http on 0.0.0.0", "Use https://"),
            ("gateway: {listen: ['https://example.org']}", 1, 20, "“gateway.listen”", "https://ADDRESS:PORT"),
            ("gateway: {listen: ['https://1.2.3.4:99999']}", 1, 20, "“gateway.listen”", "https://ADDRESS:PORT"),
            ("gateway: {listen: []}", 1, 19, "“gateway.listen” is a list", "at least one listener"),
            ("gateway: {public_url: berth.example.org}", 1, 23, "public_url", "https://berth.example.org"),
            ("gateway: {tls: {certificate: /nowhere/c.pem}}", 1, 30, "names /nowhere/c.pem, and there is nothing", "Make it"),
            ("gateway: {session: {idle: 30d}}", 1, 27, "longer than “gateway.session.absolute”", "shorter"),
            ("homes: {source: '{home}/lab'}", 1, 17, "“homes.source”", "nothing follows {home}"),
            ("profiles: []", 1, 11, "“profiles” is empty", "at least one profile"),
            ("profiles: {}", 1, 11, "“profiles” is a mapping", "Write a list"),
            ("profiles:\n  - name: a\n    image: evil/image:1", 3, 12, "does not allow", "pytorch/pytorch:*"),
            ("profiles:\n  - {name: a}\n  - {name: a}", 3, 12, "two profiles with the name “a”", "its own"),
            ("profiles: [{name: ../x}]", 1, 19, "“profiles[0].name”", "a name of letters"),
            ("profiles: [{gpus: some}]", 1, 19, "“profiles[0].gpus”", "none, all, a number"),
            ("servers: {named_limit: -1}", 1, 24, "“servers.named_limit”", "from 0"),
            ("servers: {cull: {after: soon}}", 1, 25, "“servers.cull.after”", "a duration"),
            ("profiles: [{cull: {after: soon}}]", 1, 27, "“profiles[0].cull.after”", "never, or inherit"),
            ("profiles: [{gpu_sharing: some}]", 1, 26, "“profiles[0].gpu_sharing”", "exclusive or shared"),
            ("gateway: {contact: nobody}", 1, 20, "“gateway.contact”", "a mail address"),
            ("limits: [{groups: [a]}]", 1, 10, "has no “name”", "name: students"),
            ("limits:\n  - {name: a, users: [x]}\n  - {name: a}", 3, 12, "two entries of “limits” with the name “a”", "its own"),
            ("limits:\n  - {name: a}\n  - {name: b}", 2, 5, "is for everybody", "Move it to the end"),
            ("limits: [{name: a, each: {memory: much}}]", 1, 35, "“limits[0].each.memory”", "a size"),
            ("limits: [{name: a, one_server: {servers: 1}}]", 1, 33, "“servers” is no key", "memory, cpus, gpus"),
            ("shared: [{source: /a}]", 1, 10, "has no “target”", "Write “target"),
            ("shared: [{source: /a, target: ../b}]", 1, 31, "“shared[0].target”", "an absolute path"),
            ("engine: {variables: {1A: x}}", 1, 22, "“1A” can't be the name", "Use letters"),
            ("environments: {attestations: [{channel: a}]}", 1, 31, "has no “identity”", "https://github.com/OWNER"),
            ("environments: {sigstore_root: newest}", 1, 31, "“environments.sigstore_root”", "update, embedded"),
            ("environments: {pip_uid: 64101}", 1, 15, "are the same", "two UIDs"),
            ("environments: {git_uid: 64102}", 1, 15, "“environments.pip_uid” are the same", "two UIDs"),
            ("state: ", 1, 7, "“state” is nothing", "Write a path"),
            ("state: /a\nstate: /b", 2, 1, "a second time", "Remove one"),
            ("state: [", 2, 1, "not YAML", "Check the line"),
        ])
    func mistakes(yaml: String, line: Int, column: Int, what: String, remedy: String) throws {
        let found = try problems(yaml)
        let problem = try #require(found.first)
        #expect(found.count == 1, "\(found)")
        #expect(problem.mark == Mark(line: line, column: column))
        #expect(problem.what.contains(what), "\(problem)")
        #expect(problem.remedy.contains(remedy), "\(problem)")
        #expect(!problem.remedy.isEmpty)
    }

    @Test("All mistakes are told at once, in the order of the text")
    func all() throws {
        let found = try problems("state: 3x\ngatway: 1\nlogin:\n  min_uid: x\n  form: y\nlog: {level: loud}\n")
        #expect(found.map { $0.mark?.line } == [2, 4, 5, 6])
    }

    @Test("A missing file says what to copy, an unreadable one why")
    func files() throws {
        let missing = try #require(throws: ConfigurationError.self) {
            try BerthConfiguration.load(path: "/nowhere/berth.yaml")
        }
        #expect(missing.description.hasPrefix("/nowhere/berth.yaml: There is no such file."))
        #expect(missing.description.contains("config/berth.yaml"))

        let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data([0x61, 0x3A, 0xFF, 0xFE]).write(to: path)
        let garbled = try #require(throws: ConfigurationError.self) { try BerthConfiguration.load(path: path.path) }
        #expect(garbled.description.contains("UTF-8"))
        let directory = try #require(throws: ConfigurationError.self) { try BerthConfiguration.load(path: "/tmp") }
        #expect(directory.problems.count == 1)
    }

    @Test("A problem reads as compilers write theirs")
    func form() throws {
        #expect(
            try problems("log: {level: loud}").first?.description
                == "berth.yaml:1:14: “log.level” is the text “loud”. Write one of debug, info, notice, warning, error.")
    }

    @Test(
        "Allowed images",
        arguments: [
            ("a/b:1", true), ("a/c:1", false), ("lab/any:2", true), ("lab", false),
        ])
    func images(image: String, allowed: Bool) {
        var configuration = BerthConfiguration()
        configuration.allowedImages = ["a/b:1", "lab/*"]
        #expect(configuration.allows(image: image) == allowed)
    }
}
