import Foundation

/// The program that runs in the builder's containers: `builder.py`, which is part of the binary.
enum BuilderProgram {
    static let source = Data(PackageResources.builder_py)
    /// How a container runs one of its verbs.
    static func command(_ verb: String) -> [String] { ["python3", "/job/builder.py", verb] }
}
