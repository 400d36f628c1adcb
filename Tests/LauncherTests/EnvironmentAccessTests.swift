import Configuration
import Environments
import Foundation
import LauncherProtocol
import Logging
import Logins
import Phrases
import Synchronization
import TestHost
import Testing

@testable import Launcher
@testable import Store

/// Who gets which environment: real accounts of this host, real repositories, and builds that are empty directories.
@Suite struct EnvironmentAccessTests {
    /// A store and two people: Alice, who has environments, and Bob.
    private final class House: Sendable {
        let access: EnvironmentAccess
        let alice: Account
        let bob: Account
        private let people: [Person]
        private let state: String

        init() async throws {
            var configuration = BerthConfiguration()
            configuration.state = "/var/tmp/berth-access-\(UUID().uuidString.prefix(8))"
            configuration.runtime = configuration.state + "/run"
            state = configuration.state
            let logger = Logger(label: "test")
            let store = Store(configuration: configuration, containers: NoContainers(), logger: logger)
            try store.layout.prepare(builderUID: 0, gitUID: 64_103)
            access = EnvironmentAccess(
                store: store, accounts: Logins(configuration: configuration.login, runtime: configuration.runtime, logger: logger),
                administratorGroups: [])
            people = [try await Person(), try await Person()]
            alice = try await access.accounts.policyAccount(named: people[0].name)
            bob = try await access.accounts.policyAccount(named: people[1].name)
        }

        deinit { try? FileManager.default.removeItem(atPath: state) }

        /// The next version of an environment; gives its identity.
        @discardableResult
        func make(_ name: String, of account: Account, greeting: String = "") throws -> (version: String, build: String) {
            let lock = Lock(platform: "linux-64", packages: [], variables: ["NAME": name, "GREETING": greeting])
            let version = EnvironmentVersion(recipe: "name: \(name)\n# \(greeting)\n", lock: lock, notices: [])
            let checked = try #require(EnvironmentName(name)), store = access.store
            _ = try store.repositories.record(version, as: checked, for: Store.Owner(name: account.name, uid: account.uid))
            let build = try version.build
            try FileManager.default.createDirectory(atPath: store.layout.environment(build), withIntermediateDirectories: true)
            try JSONEncoder().encode(BuildRecord(id: build.text, size: 1)).write(to: URL(filePath: store.layout.record(build)))
            return (try store.repositories.current(checked, for: account.uid).1.id, build.text)
        }

        func assign(_ name: String, to: String, version: String? = nil, isDefault: Bool = false, isMandatory: Bool = false) async throws {
            let assignment = EnvironmentAssignment(
                environment: "\(alice.name)/\(name)", to: to, version: version, isDefault: isDefault, isMandatory: isMandatory)
            _ = try await access.store.assign(assignment, name: name, of: alice.uid)
        }

        func found(_ account: Account) async throws -> FindEnvironments.Outcome {
            try await access.find(FindEnvironments(account: account.name, limit: 10), for: account)
        }
    }

    private let silent: @Sendable (Phrase, Double?) -> Void = { _, _ in }

    /// No test here builds anything that takes a container.
    private struct NoContainers: BuildContainers {
        func run(_ job: BuildJob, onLine: @escaping @Sendable (BuildLine) -> Void) async throws(BuildContainerError) -> BuildExit {
            throw BuildContainerError("There is no engine.")
        }
        func removeLeftovers() async {}
        func identity(ofImage name: String) async -> String? { nil }
    }

    @Test("The gateway acts for members of the administrators' groups alone where everybody is concerned")
    func administrators() async throws {
        let house = try await House(), gateway = Caller(role: .gateway, uid: 999, pid: 3)
        let group = try #require(house.alice.groups.first?.name)
        let access = EnvironmentAccess(store: house.access.store, accounts: house.access.accounts, administratorGroups: [group])
        try await access.requireAdministrator(house.alice.name, for: gateway)
        try await access.requireAdministrator("nobody-here", for: Caller(role: .root, uid: 0, pid: 1))
        for name in [house.bob.name, "nobody-here"] {
            await #expect(throws: LauncherError.self) { try await access.requireAdministrator(name, for: gateway) }
        }
        #expect(CollectGarbage.callers == [.gateway, .root])
    }

    @Test("What is demanded is mounted also where nothing was chosen, and nothing else is, for the owner as for others")
    func mandatory() async throws {
        let house = try await House(), access = house.access
        let team = try house.make("team", of: house.alice)
        try house.make("own", of: house.bob)
        #expect(try await access.mount(nil, for: house.bob, progress: silent) == nil)
        try await house.assign("team", to: "*", isMandatory: true)

        for (person, reference) in [(house.bob, "\(house.alice.name)/team"), (house.alice, "team")] {
            for wanted in [nil, "\(house.alice.name)/team", reference] {
                let mount = try #require(try await access.mount(wanted, for: person, progress: silent), "\(wanted ?? "none")")
                #expect(mount.environment == reference && mount.build == team.build)
            }
            let found = try await house.found(person)
            #expect(found.names == [reference] && found.preferred == reference && found.isDemanded)
        }
        let error = await #expect(throws: LauncherError.self) { try await access.mount("own", for: house.bob, progress: silent) }
        #expect(error?.kind == .refused && error?.message.english.contains("an administrator has decided so") == true)
    }

    @Test("An assigned version is what servers get, the owner's too; each environment is a choice once, what is preferred first")
    func pinned() async throws {
        let house = try await House()
        let first = try house.make("team", of: house.alice, greeting: "one")
        let second = try house.make("team", of: house.alice, greeting: "two")
        try house.make("another", of: house.alice)
        #expect(try await house.access.mount("team", for: house.alice, progress: silent)?.build == second.build)
        try await house.assign("team", to: "*", version: String(first.version.prefix(12)), isDefault: true)
        for (person, reference) in [(house.bob, "\(house.alice.name)/team"), (house.alice, "team")] {
            #expect(try await house.access.mount(reference, for: person, progress: silent)?.build == first.build)
            #expect(try await house.found(person).preferred == reference)
        }
        #expect(try await house.found(house.alice).names == ["team", "another"])
        #expect(try await house.found(house.alice).isDemanded == false)
    }

    @Test("Whoever may only use an environment, or must, gets its build made again where it is gone")
    func missing() async throws {
        let house = try await House(), layout = house.access.store.layout
        let team = try house.make("team", of: house.alice)
        try await house.assign("team", to: "*", isMandatory: true)
        let path = layout.environments + "/" + team.build
        try FileManager.default.removeItem(atPath: path)
        let told = Mutex<[String]>([])
        let mount = try await house.access.mount(nil, for: house.bob) { phrase, _ in told.withLock { $0.append(phrase.english) } }
        #expect(mount?.build == team.build && mount?.hostPath == path)
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(
            told.withLock { $0.first } == "The build of “\(house.alice.name)/team” is gone from the store: it is made again",
            "\(told.withLock { $0 })")
    }

    @Test("An assignment ends with its environment: a later one of that name is nobody's but its owner's")
    func removed() async throws {
        let house = try await House(), store = house.access.store
        try house.make("team", of: house.alice)
        try await house.assign("team", to: house.bob.name, isMandatory: true)
        await #expect(throws: StoreError.self) { try await store.remove("team", for: house.alice.uid, ownerName: house.alice.name) }
        try await house.assign("team", to: house.bob.name, isDefault: true)
        try await store.remove("team", for: house.alice.uid, ownerName: house.alice.name)
        #expect(try await store.assignments() == [])
        try house.make("team", of: house.alice)
        #expect(try await house.found(house.bob).names == [])
    }

    @Test("The only one there is is preferred; of several none is, where administrators don't say")
    func sole() async throws {
        let house = try await House()
        try house.make("one", of: house.bob)
        #expect(try await house.found(house.bob).preferred == "one")
        try house.make("two", of: house.bob)
        #expect(try await house.found(house.bob).preferred == nil)
        #expect(try await house.access.mount(nil, for: house.bob, progress: silent) == nil)
    }
}
