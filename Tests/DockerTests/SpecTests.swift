import Foundation
import Testing

@testable import Docker

@Suite struct SpecTests {
    private func host(_ change: (inout ContainerSpec) -> Void) throws -> NSDictionary {
        var spec = ContainerSpec(image: "x")
        change(&spec)
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(spec)) as? [String: Any]
        return try #require(json?["HostConfig"] as? NSDictionary)
    }

    @Test(arguments: [
        (ContainerSpec.GPUs.all, #"[{"Driver":"nvidia","Count":-1,"Capabilities":[["gpu"]]}]"#),
        (.count(2), #"[{"Driver":"nvidia","Count":2,"Capabilities":[["gpu"]]}]"#),
        (.devices(["GPU-1", "1"]), #"[{"Driver":"nvidia","DeviceIDs":["GPU-1","1"],"Capabilities":[["gpu"]]}]"#),
    ])
    func asksForGPUs(gpus: ContainerSpec.GPUs, json: String) throws {
        let expected = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSArray
        #expect(try host { $0.gpus = gpus }["DeviceRequests"] as? NSArray == expected)
    }

    @Test func hasNoPrivilegesUnlessAsked() throws {
        let host = try host { _ in }
        #expect(host["CapDrop"] as? [String] == ["ALL"])
        #expect(host["CapAdd"] as? [String] == [])
        #expect(host["SecurityOpt"] as? [String] == ["no-new-privileges"])
        #expect(host["Init"] as? Bool == true)
        #expect(host["DeviceRequests"] == nil)
    }

    @Test func limits() throws {
        let host = try host {
            $0.cpus = 1.5
            $0.memory = 1 << 30
            $0.pids = 100
            $0.sharedMemory = 1 << 20
            $0.logSize = 1 << 20
        }
        #expect(host["NanoCpus"] as? Int == 1_500_000_000)
        #expect(host["Memory"] as? Int == 1 << 30)
        #expect(host["MemorySwap"] as? Int == 1 << 30)
        #expect(host["PidsLimit"] as? Int == 100)
        #expect(host["ShmSize"] as? Int == 1 << 20)
        #expect((host["LogConfig"] as? NSDictionary)?["Config"] as? [String: String] == ["max-size": "524288", "max-file": "2"])
    }

    @Test func mounts() throws {
        let host = try host {
            $0.mounts = [
                Mount(.host("/a"), at: "/b", readOnly: true),
                Mount(.volume("v"), at: "/c"),
                Mount(.mounted(volume: "o", options: ["type": "overlay"], labels: ["l": "1"]), at: "/o"),
                Mount(.memory(uid: 1, gid: 2, mode: 0o700, size: 5), at: "/d"),
            ]
        }
        let expected: NSArray = [
            ["Type": "bind", "Source": "/a", "Target": "/b", "ReadOnly": true],
            ["Type": "volume", "Source": "v", "Target": "/c", "ReadOnly": false],
            [
                "Type": "volume", "Source": "o", "Target": "/o", "ReadOnly": false,
                "VolumeOptions": [
                    "NoCopy": true, "Labels": ["l": "1"], "DriverConfig": ["Name": "local", "Options": ["type": "overlay"]],
                ] as [String: Any],
            ],
        ]
        #expect(host["Mounts"] as? NSArray == expected)
        #expect(host["Tmpfs"] as? [String: String] == ["/d": "rw,nosuid,nodev,uid=1,gid=2,mode=700,size=5"])
    }
}
