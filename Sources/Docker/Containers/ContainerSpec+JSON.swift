/// The Engine API's form of a container: `POST /containers/create`.
extension ContainerSpec: Encodable {
    private enum Key: String, CodingKey {
        case image = "Image", entrypoint = "Entrypoint", command = "Cmd", environment = "Env", user = "User"
        case workingDirectory = "WorkingDir", hostname = "Hostname", labels = "Labels", stopTimeout = "StopTimeout", host = "HostConfig"
    }

    private enum HostKey: String, CodingKey {
        case groups = "GroupAdd", mounts = "Mounts", memoryMounts = "Tmpfs", network = "NetworkMode", sharedMemory = "ShmSize"
        case memory = "Memory", memoryAndSwap = "MemorySwap", cpus = "NanoCpus", pids = "PidsLimit", devices = "DeviceRequests"
        case dropped = "CapDrop", added = "CapAdd", security = "SecurityOpt", readOnlyRoot = "ReadonlyRootfs", initProcess = "Init"
        case log = "LogConfig", restart = "RestartPolicy"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(image, forKey: .image)
        try container.encodeIfPresent(entrypoint, forKey: .entrypoint)
        try container.encodeIfPresent(command, forKey: .command)
        try container.encode(environment.map { "\($0.key)=\($0.value)" }.sorted(), forKey: .environment)
        try container.encodeIfPresent(user, forKey: .user)
        try container.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        try container.encodeIfPresent(hostname, forKey: .hostname)
        try container.encode(labels, forKey: .labels)
        try container.encodeIfPresent(stopTimeout, forKey: .stopTimeout)
        var host = container.nestedContainer(keyedBy: HostKey.self, forKey: .host)
        try encodeLimits(to: &host)
        try host.encode(groups.map(String.init), forKey: .groups)
        try host.encode(mounts.compactMap(BoundMount.init), forKey: .mounts)
        try host.encode(Dictionary(mounts.compactMap(\.memoryMount)) { $1 }, forKey: .memoryMounts)
        try host.encodeIfPresent(network, forKey: .network)
        try host.encode(["ALL"], forKey: .dropped)
        try host.encode(capabilities, forKey: .added)
        try host.encode(["no-new-privileges"], forKey: .security)
        try host.encode(hasReadOnlyRoot, forKey: .readOnlyRoot)
        try host.encode(true, forKey: .initProcess)
        try host.encode(["Name": "no"], forKey: .restart)
        try host.encodeIfPresent(logSize.map(LogSettings.init), forKey: .log)
    }

    private func encodeLimits(to host: inout KeyedEncodingContainer<HostKey>) throws {
        try host.encodeIfPresent(sharedMemory, forKey: .sharedMemory)
        try host.encodeIfPresent(memory, forKey: .memory)
        try host.encodeIfPresent(memory, forKey: .memoryAndSwap)
        try host.encodeIfPresent(cpus.map { Int(($0 * 1e9).rounded()) }, forKey: .cpus)
        try host.encodeIfPresent(pids, forKey: .pids)
        try host.encodeIfPresent(gpus.map { [DeviceRequest($0)] }, forKey: .devices)
    }
}

private struct BoundMount: Encodable {
    let type: String
    let source: String
    let target: String
    let readOnly: Bool
    let volume: VolumeOptions?

    enum CodingKeys: String, CodingKey {
        case type = "Type", source = "Source", target = "Target", readOnly = "ReadOnly", volume = "VolumeOptions"
    }

    init?(_ mount: Mount) {
        switch mount.source {
        case .host(let path): (type, source, volume) = ("bind", path, nil)
        case .volume(let name): (type, source, volume) = ("volume", name, nil)
        case .mounted(let name, let options, let labels):
            (type, source, volume) = ("volume", name, VolumeOptions(labels: labels, driver: .init(options: options)))
        case .memory: return nil
        }
        target = mount.target
        readOnly = mount.readOnly
    }
}

private struct VolumeOptions: Encodable {
    /// What the image has at the target is not copied into it.
    let isNotFilled = true
    let labels: [String: String]
    let driver: Driver

    struct Driver: Encodable {
        let name = "local"
        let options: [String: String]

        enum CodingKeys: String, CodingKey { case name = "Name", options = "Options" }
    }

    enum CodingKeys: String, CodingKey { case isNotFilled = "NoCopy", labels = "Labels", driver = "DriverConfig" }
}

extension Mount {
    /// tmpfs with an owner goes by its mount options, which `Mounts` has no room for.
    fileprivate var memoryMount: (String, String)? {
        guard case .memory(let uid, let gid, let mode, let size) = source else { return nil }
        var options = "rw,nosuid,nodev,uid=\(uid),gid=\(gid),mode=\(String(mode, radix: 8))"
        if let size { options += ",size=\(size)" }
        return (target, options)
    }
}

private struct DeviceRequest: Encodable {
    let driver = "nvidia"
    let count: Int?
    let devices: [String]?
    let capabilities = [["gpu"]]

    enum CodingKeys: String, CodingKey { case driver = "Driver", count = "Count", devices = "DeviceIDs", capabilities = "Capabilities" }

    init(_ gpus: ContainerSpec.GPUs) {
        switch gpus {
        case .all: (count, devices) = (-1, nil)
        case .count(let number): (count, devices) = (number, nil)
        case .devices(let names): (count, devices) = (nil, names)
        }
    }
}

private struct LogSettings: Encodable {
    let type = "json-file"
    let settings: [String: String]

    enum CodingKeys: String, CodingKey { case type = "Type", settings = "Config" }

    /// Two files of half the size: the older one goes as the newer one fills.
    init(bytes: Int) { settings = ["max-size": String(max(bytes / 2, 4096)), "max-file": "2"] }
}
