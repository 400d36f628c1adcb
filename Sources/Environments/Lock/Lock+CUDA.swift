extension Lock {
    /// Whether a package of it is for a host with a GPU: it asks for the driver's CUDA, or for a CUDA at all.
    public var needsCUDA: Bool {
        packages.contains { package in
            package.name == "cuda-version" || package.depends.contains { ["__cuda", "cuda-version"].contains(MatchSpecName.name(in: $0)) }
        } || pip.contains { normalised($0.name).hasPrefix("nvidia-cuda-runtime") }
    }

    /// How many GPUs a container of it should ask for where nobody says.
    public var usualGPUs: Int { needsCUDA ? 1 : 0 }
}
