import Foundation

/// The program that runs in the builder's containers: `builder.py` and what it imports, which are part of the binary.
enum BuilderProgram {
    /// By the files' names.
    static let sources = [
        "attestations.py": Data(PackageResources.attestations_py), "builder.py": Data(PackageResources.builder_py),
        "channels.py": Data(PackageResources.channels_py),
        "compiling.py": Data(PackageResources.compiling_py), "conflict.py": Data(PackageResources.conflict_py),
        "describing.py": Data(PackageResources.describing_py), "importing.py": Data(PackageResources.importing_py),
        "imports.py": Data(PackageResources.imports_py), "installing.py": Data(PackageResources.installing_py),
        "pips.py": Data(PackageResources.pips_py), "fetching.py": Data(PackageResources.fetching_py),
        "foreign.py": Data(PackageResources.foreign_py),
        "records.py": Data(PackageResources.records_py), "relay.py": Data(PackageResources.relay_py),
        "solving.py": Data(PackageResources.solving_py), "telling.py": Data(PackageResources.telling_py),
    ]

    /// How a container runs one of its verbs.
    ///
    /// - Parameter waits: Whether its request comes later, at the sound of the ``Bell``.
    static func command(_ verb: String, waits: Bool = false) -> [String] {
        ["python3", "/job/builder.py", verb] + (waits ? ["/job/request.json", "/job/bell"] : [])
    }
}
