/// A GPU of this host, or a MIG device of one, that a server can be given.
struct GPUDevice: Sendable, Equatable {
    /// `GPU-…` or `MIG-…`.
    let id: String
    /// The model, or a MIG device's profile; empty where it is not known.
    let name: String
    /// The driver's number of the GPU; a MIG device has its GPU's. Nil where it is not known.
    let index: Int?

    /// Whether `word` in the configuration means it: its UUID, or for a whole GPU its index.
    func isNamed(_ word: String) -> Bool {
        word == id || (!id.hasPrefix("MIG-") && index.map(String.init) == word)
    }
}

extension GPUDevice {
    /// Reads `nvidia-smi -L`. Where a GPU is divided, its MIG devices stand for it.
    static func devices(list text: String) -> [GPUDevice] {
        var devices: [GPUDevice] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if let found = line.wholeMatch(of: /GPU (\d+): (.*) \(UUID: (GPU-[^\s)]+)\)\s*/) {
                devices.append(GPUDevice(id: String(found.3), name: String(found.2), index: Int(found.1)))
            } else if let found = line.wholeMatch(of: /\s+MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^\s)]+)\)\s*/), let last = devices.last {
                if last.id.hasPrefix("GPU-") { devices.removeLast() }
                devices.append(GPUDevice(id: String(found.2), name: "MIG \(found.1)", index: last.index))
            }
        }
        return devices
    }

    /// The configured ones, in the order of the configuration; all where it names none.
    static func offered(_ names: [String], of known: [GPUDevice]) -> [GPUDevice] {
        guard !names.isEmpty else { return known }
        return names.map { name in known.first { $0.isNamed(name) } ?? GPUDevice(id: name, name: "", index: nil) }
    }
}
