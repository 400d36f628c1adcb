import Configuration
import LauncherProtocol
import Testing

@testable import Spawner

/// Whether one more server is within its owner's limit.
@Suite struct LimitCheckTests {
    private func running(_ owner: String, _ name: String = "", _ needs: ServerNeeds) -> LimitCheck.Running {
        LimitCheck.Running(id: ServerID(owner: owner, name: name), needs: needs)
    }

    private func refusal(
        _ needs: ServerNeeds = ServerNeeds(memory: 4 << 30, cpus: 2), gpus: Int = 0, running: [LimitCheck.Running] = [],
        _ change: (inout LimitConfiguration) -> Void
    ) -> LauncherError? {
        var limit = LimitConfiguration()
        limit.name = "students"
        change(&limit)
        do throws(LauncherError) {
            try LimitCheck(id: ServerID(owner: "ada", name: "new"), needs: needs, gpuCount: gpus, limit: limit, running: running).pass()
            return nil
        } catch { return error }
    }

    private let gpu = ServerNeeds(gpus: GPUGrant(devices: ["GPU-1"], isShared: false), limit: "students")
    private let small = ServerNeeds(memory: 2 << 30, cpus: 1, limit: "students")

    @Test func withoutNumbersNothingIsTooMuch() {
        #expect(refusal(ServerNeeds(), gpus: 8, running: [running("ada", "", ServerNeeds())]) { _ in } == nil)
    }

    @Test func whatFitsExactlyFits() {
        let others = [running("ada", "", small), running("bob", "", small)]
        #expect(
            refusal(gpus: 1, running: others) {
                $0.oneServer.memory = 4 << 30
                ($0.each.memory, $0.each.cpus, $0.each.servers, $0.each.gpus) = (6 << 30, 3, 2, 1)
                ($0.together.memory, $0.together.cpus, $0.together.servers, $0.together.gpus) = (8 << 30, 4, 3, 1)
            } == nil)
    }

    @Test func oneServer() throws {
        let error = try #require(refusal { $0.oneServer.memory = 3 << 30 })
        #expect(error.kind == .refused && error.cause == .limit)
        #expect(error.message.english.hasPrefix("One server of yours may have 3 GiB of memory"))
        #expect(refusal { $0.oneServer.cpus = 1.5 }?.message.english.contains("1.5 CPUs") == true)
        #expect(refusal(gpus: 2) { $0.oneServer.gpus = 1 }?.message.english.contains("1 GPU,") == true)
        #expect(refusal(gpus: 1) { $0.oneServer.gpus = 0 }?.message.english.contains("no GPU,") == true)
        #expect(refusal(gpus: 0) { $0.oneServer.gpus = 0 } == nil)
    }

    @Test func allOfOnePerson() throws {
        let others = [running("ada", "", small), running("bob", "big", ServerNeeds(memory: 64 << 30, limit: "students"))]
        let error = try #require(refusal(running: others) { $0.each.memory = 5 << 30 })
        #expect(error.message.english.contains("Running: the one without a name. Stop one"), "\(error)")
        #expect(!error.message.english.contains("bob"))
        #expect(refusal(running: others) { $0.each.servers = 1 }?.message.english.contains("1 server at a time") == true)
        #expect(refusal(gpus: 1, running: [running("ada", "lab", gpu)]) { $0.each.gpus = 1 }?.message.english.contains("“lab”") == true)
    }

    @Test func allUnderTheSameLimitAndNobodyElse() throws {
        let others = [running("bob", "lab", gpu), running("eve", "", ServerNeeds(gpus: gpu.gpus, limit: "staff"))]
        let error = try #require(refusal(gpus: 1, running: others) { $0.together.gpus = 1 })
        #expect(
            error.message.english.contains("“students”") && error.message.english.contains("“lab” of bob")
                && !error.message.english.contains("eve"), "\(error)")
        #expect(refusal(gpus: 1, running: others) { $0.together.gpus = 2 } == nil)
        #expect(refusal(running: others) { $0.together.servers = 1 }?.kind == .refused)
    }

    @Test func whatHasNoLimitFitsIntoNone() throws {
        #expect(refusal(ServerNeeds()) { $0.each.memory = 1 << 40 }?.message.english.contains("memory is limited") == true)
        #expect(
            refusal(running: [running("ada", "", ServerNeeds())]) { $0.each.cpus = 100 }?.message.english.contains("CPUs is limited")
                == true)
    }
}
