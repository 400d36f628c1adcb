import Foundation

/// The program that runs in the builder's containers: `builder.py` and what it imports, which are part of the binary.
enum BuilderProgram {
    /// By the files' names.
    static let sources = [
        "builder.py": Data(PackageResources.builder_py), "conflict.py": Data(PackageResources.conflict_py),
        "relay.py": Data(PackageResources.relay_py), "imports.py": Data(PackageResources.imports_py),
        "attestations.py": Data(PackageResources.attestations_py),
    ]
    /// How a container runs one of its verbs.
    static func command(_ verb: String) -> [String] { ["python3", "/job/builder.py", verb] }
}
