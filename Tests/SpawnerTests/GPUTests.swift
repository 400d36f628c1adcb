import Configuration
import LauncherProtocol
import Testing

@testable import Spawner

/// What nvidia-smi prints, and who gets which GPU.
@Suite struct GPUTests {
    private static let four = (0..<4).map { (number: Int) in GPUDevice(id: "GPU-\(number)", name: "A100", index: number) }

    @Test func readsTheListOfGPUs() {
        let text = """
            GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
              MIG 1g.5gb      Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
              MIG 3g.20gb     Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
            GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-11111111-d268-c3f3-1b07-005d5ae1dc3f)
            No devices were found in the dark

            """
        #expect(
            GPUDevice.devices(list: text) == [
                GPUDevice(id: "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f", name: "MIG 1g.5gb", index: 0),
                GPUDevice(id: "MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb", name: "MIG 3g.20gb", index: 0),
                GPUDevice(id: "GPU-11111111-d268-c3f3-1b07-005d5ae1dc3f", name: "NVIDIA H100 80GB HBM3", index: 1),
            ])
        #expect(GPUDevice.devices(list: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n") == [])
    }

    @Test func readsTheirUse() {
        let text = "GPU-1, 40960, 512, 37, 41\nGPU-2, 81920, 0, [N/A], [Not Supported]\nGPU-3, many, 0, 0, 0\nnonsense\n"
        #expect(
            GPUUse.uses(csv: text) == [
                "GPU-1": .init(memory: 40960 << 20, memoryUsed: 512 << 20, busy: 37, temperature: 41),
                "GPU-2": .init(memory: 81920 << 20, memoryUsed: 0, busy: nil, temperature: nil),
            ])
    }

    @Test func theConfigurationDecidesWhichAreOffered() {
        #expect(GPUDevice.offered([], of: Self.four) == Self.four)
        #expect(GPUDevice.offered(["GPU-2", "0"], of: Self.four).map(\.id) == ["GPU-2", "GPU-0"])
        // Where nvidia-smi is missing, the names have to do.
        #expect(GPUDevice.offered(["GPU-9"], of: []) == [GPUDevice(id: "GPU-9", name: "", index: nil)])
    }

    private func choice(
        _ request: GPURequest, shared: Bool = false, permitted: [String]? = nil, held: [(String, [String]?, Bool)] = [],
        offered: [GPUDevice] = four
    ) -> GPUChoice {
        GPUChoice(
            request: request, isShared: shared, offered: offered, permitted: permitted,
            held: held.map { GPUHolding(holder: $0.0, grant: GPUGrant(devices: $0.1, isShared: $0.2)) })
    }

    @Test func aNumberOfGPUsIsCertainGPUs() throws {
        #expect(try choice(.count(1)).grant() == GPUGrant(devices: ["GPU-0"], isShared: false))
        #expect(try choice(.count(2), held: [("ada", ["GPU-0", "GPU-2"], false)]).grant()?.devices == ["GPU-1", "GPU-3"])
        #expect(try choice(.none).grant() == nil)
    }

    @Test func whatIsTakenIsNotGivenAgain() throws {
        let held: [(String, [String]?, Bool)] = [
            ("ada", ["GPU-0", "GPU-1"], false), ("bob/lab", ["GPU-2"], false), ("eve", ["GPU-3"], true),
        ]
        let error = try #require(throws: LauncherError.self) { try choice(.count(1), held: held).grant() }
        #expect(error.kind == .exhausted)
        for part in ["No GPU is free", "GPU 0 is with ada", "GPU 2 is with bob/lab", "GPU 3 is with eve"] {
            #expect(error.message.english.contains(part), "\(error.message)")
        }
        // Half of what is wanted is no help.
        #expect(throws: LauncherError.self) { try choice(.count(2), held: Array(held.dropLast())).grant() }
        // Who shares may join who shares, and nobody else.
        #expect(try choice(.count(1), shared: true, held: held).grant() == GPUGrant(devices: ["GPU-3"], isShared: true))
        #expect(throws: LauncherError.self) { try choice(.devices(["GPU-0"]), shared: true, held: held).grant() }
    }

    @Test func sharersAreSpread() throws {
        let held: [(String, [String]?, Bool)] = [
            ("a", ["GPU-0"], true), ("b", ["GPU-0"], true), ("c", ["GPU-1"], true), ("d", ["GPU-3"], true),
        ]
        #expect(try choice(.count(1), shared: true, held: held).grant()?.devices == ["GPU-2"])
        #expect(try choice(.count(2), shared: true, held: held).grant()?.devices == ["GPU-1", "GPU-2"])
        #expect(try choice(.all, shared: true, held: held).grant()?.devices == Self.four.map(\.id))
    }

    @Test func oneThatHasAllHasEach() throws {
        let error = try #require(throws: LauncherError.self) { try choice(.count(1), held: [("ada", nil, true)]).grant() }
        #expect(error.kind == .exhausted)
        #expect(try choice(.all, shared: true, held: [("ada", nil, true)]).grant()?.devices?.count == 4)
        #expect(throws: LauncherError.self) { try choice(.all, held: [("ada", ["GPU-3"], false)]).grant() }
    }

    @Test func namesAndLimitsNarrowTheChoice() throws {
        #expect(try choice(.devices(["3", "GPU-1"])).grant()?.devices == ["GPU-1", "GPU-3"])
        #expect(try choice(.count(1), permitted: ["GPU-2"]).grant()?.devices == ["GPU-2"])
        #expect(try choice(.all, shared: true, permitted: ["0", "GPU-2"]).grant()?.devices == ["GPU-0", "GPU-2"])
        // More than there ever will be is not worth waiting for.
        for refused in [
            choice(.count(5)), choice(.devices(["GPU-9"])), choice(.count(2), permitted: ["GPU-2"]), choice(.count(1), permitted: []),
        ] {
            let error = try #require(throws: LauncherError.self) { try refused.grant() }
            #expect(error.kind == .failed && error.cause == .noGPU, "\(error)")
        }
    }

    @Test func aMIGDeviceIsNotItsGPU() throws {
        let devices = [
            GPUDevice(id: "MIG-a", name: "", index: 0), GPUDevice(id: "MIG-b", name: "", index: 0),
            GPUDevice(id: "GPU-1", name: "", index: 1),
        ]
        #expect(try choice(.count(1), held: [("ada", ["MIG-a"], false)], offered: devices).grant()?.devices == ["MIG-b"])
        // An index is a whole GPU's.
        #expect(throws: LauncherError.self) { try choice(.devices(["0"]), offered: devices).grant() }
    }

    @Test func whereNoGPUIsKnownTheEngineMayKnowMore() throws {
        #expect(try choice(.all, shared: true, offered: []).grant() == GPUGrant(devices: nil, isShared: true))
        #expect(try choice(.devices(["GPU-7"]), shared: true, offered: []).grant() == GPUGrant(devices: ["GPU-7"], isShared: true))
        let error = try #require(throws: LauncherError.self) { try choice(.count(1), offered: []).grant() }
        #expect(error.cause == .noGPU && error.message.english.contains("nvidia-smi"))
    }
}
